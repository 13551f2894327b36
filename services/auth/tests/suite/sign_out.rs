//! POST /api/users/signout

use std::time::Duration;

use crate::support::{PASSWORD, Reply, TestApp};
use event_log::sql::unchecked_scalar;
use futures::future::join_all;
use insta::assert_snapshot;

const MINUTE: Duration = Duration::from_mins(1);

fn is_anonymous(reply: &Reply) -> bool {
    reply.body == r#"{"currentUser":null}"#
}

#[tokio::test]
async fn session_is_ended_and_the_cookie_cleared() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    assert_snapshot!(app.sign_out(Some(&token)).await, @r#"
    200 OK
    set-cookie: ticketing-session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0
    {}
    "#);
    let subjects: Vec<String> = app
        .events()
        .await
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert_eq!(subjects, ["user:signed-up", "session:ended"]);
    let ended: Vec<Option<i64>> = unchecked_scalar("SELECT ended_at FROM sessions")
        .fetch_all(app.db.reader())
        .await
        .unwrap();
    assert_eq!(ended, [Some(crate::support::START_MS)]);
}

#[tokio::test]
async fn every_session_that_the_request_carries_is_ended() {
    let app = TestApp::start().await;
    let mut carried = Vec::new();
    for email in ["ada@example.com", "bob@example.com", "eve@example.com"] {
        carried.push(app.token_of(email).await);
    }
    let [first, second, former] = &carried[..] else {
        panic!("three sessions");
    };
    let cookie = format!("{first}; ticketing-session={second}; session={former}; ticketing-session={first}");
    app.sign_out(Some(&cookie)).await;
    for token in &carried {
        assert!(is_anonymous(&app.current_user(Some(token)).await));
    }
    let subjects = app.events().await.into_iter().map(|(subject, _)| subject);
    assert_eq!(subjects.filter(|subject| subject == "session:ended").count(), 3);
}

#[tokio::test]
async fn without_a_session_the_answer_is_the_same() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let first = app.sign_out(Some(&token)).await;
    let before = app.counts().await;
    for token in [None, Some(""), Some("x"), Some(token.as_str())] {
        assert_eq!(app.sign_out(token).await, first);
    }
    assert_eq!(app.counts().await, before, "an end is published once");
}

#[tokio::test]
async fn copied_cookie_is_refused_after_sign_out() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    app.clock.advance(MINUTE * 20);
    let renewed = app.current_user(Some(&token)).await.token().unwrap();
    assert!(!is_anonymous(&app.current_user(Some(&token)).await));
    app.sign_out(Some(&renewed)).await;
    assert!(is_anonymous(&app.current_user(Some(&token)).await));
    assert!(is_anonymous(&app.current_user(Some(&renewed)).await));
    assert_eq!(
        app.current_user(Some(&token)).await.token(),
        None,
        "it is not renewed either"
    );
}

#[tokio::test]
async fn ended_session_is_refused_after_a_restart() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let other = app.sign_in("ada@example.com", PASSWORD).await.token().unwrap();
    app.sign_out(Some(&token)).await;
    app.clock.advance(MINUTE * 59);
    let app = app.restart().await;
    assert!(
        !is_anonymous(&app.current_user(Some(&other)).await),
        "the key and the time would still let both in"
    );
    assert!(is_anonymous(&app.current_user(Some(&token)).await));
}

const HOUR_MS: i64 = 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

#[tokio::test]
async fn restart_with_a_wrong_clock_revives_no_ended_session() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    app.sign_out(Some(&token)).await;
    let mut app = app;
    for wrong_ms in [2 * HOUR_MS, YEAR_MS, -YEAR_MS] {
        app.clock.step(wrong_ms);
        app = app.restart().await;
        assert!(is_anonymous(&app.current_user(Some(&token)).await));
        app.clock.step(-wrong_ms);
        assert!(
            is_anonymous(&app.current_user(Some(&token)).await),
            "after {wrong_ms} ms"
        );
    }
}

/// The token is not valid now, so it opens nothing; a sign-out with it must still take effect.
#[tokio::test]
async fn token_that_is_not_valid_now_can_sign_out() {
    for wrong_ms in [YEAR_MS, -YEAR_MS] {
        let app = TestApp::start().await;
        app.clock.step(wrong_ms);
        let token = app.token_of("ada@example.com").await;
        app.clock.step(-wrong_ms);
        assert!(is_anonymous(&app.current_user(Some(&token)).await));
        app.sign_out(Some(&token)).await;
        assert_eq!(app.counts().await, (1, 1, 2), "the end is published");
        app.clock.step(wrong_ms);
        assert!(is_anonymous(&app.current_user(Some(&token)).await));
        let app = app.restart().await;
        assert!(is_anonymous(&app.current_user(Some(&token)).await));
    }
}

#[tokio::test]
async fn session_begun_while_the_clock_was_ahead_lasts_no_longer() {
    const MONTH: Duration = Duration::from_hours(720);
    for ahead_ms in [2 * HOUR_MS, YEAR_MS] {
        let app = TestApp::start().await;
        let _honest = app.token_of("grace@example.com").await;
        app.clock.step(ahead_ms);
        let token = app.token_of("ada@example.com").await;
        app.clock.step(-ahead_ms);
        app.clock.advance(MONTH - Duration::from_millis(1));
        assert_eq!(app.auth.end_overdue_sessions(100).await.unwrap(), 0);
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(
            app.auth.end_overdue_sessions(100).await.unwrap(),
            1,
            "{ahead_ms} ms"
        );
        assert_eq!(app.auth.end_overdue_sessions(100).await.unwrap(), 0);
        let app = app.restart().await;
        for _later in 0..2 {
            assert!(is_anonymous(&app.current_user(Some(&token)).await));
            app.clock.step(ahead_ms - 30 * 24 * HOUR_MS);
        }
    }
}

#[tokio::test]
async fn clock_that_is_briefly_wrong_ends_no_session() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    for wrong_ms in [YEAR_MS, -YEAR_MS] {
        app.clock.step(wrong_ms);
        assert_eq!(app.auth.end_overdue_sessions(100).await.unwrap(), 0);
        app.clock.step(-wrong_ms);
        assert!(!is_anonymous(&app.current_user(Some(&token)).await));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_sign_outs_end_the_session_once() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let replies = join_all((0..50).map(|_| app.sign_out(Some(&token)))).await;
    assert!(
        replies
            .iter()
            .all(|reply| reply.status == 200 && reply.body == "{}")
    );
    assert_eq!(app.counts().await, (1, 1, 2));
}

#[tokio::test]
async fn session_missing_from_the_table_can_be_ended() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let elsewhere = TestApp::start().await;
    assert!(
        !is_anonymous(&elsewhere.current_user(Some(&token)).await),
        "the same key"
    );
    elsewhere.sign_out(Some(&token)).await;
    assert!(is_anonymous(&elsewhere.current_user(Some(&token)).await));
    assert_eq!(elsewhere.counts().await, (0, 0, 0));
}
