//! Repeated requests: one effect, the same reply, and nothing for other users.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod anonymous_requests;
mod app;
mod refusals;
mod running;

use std::time::Duration;

use app::{TestApp, send};
use event_log::REPLY_RETENTION;
use event_log::sql::unchecked;

#[tokio::test]
async fn repeated_request_has_one_effect_and_the_same_reply() {
    let app = TestApp::start().await;
    let first = app.post("key", "{}").await;
    assert!(first.status == 201 && !first.is_replay, "{first:?}");
    for _ in 0..3 {
        assert_eq!(app.post("key", "{}").await, first.clone().replayed());
    }
    assert_eq!(app.effects().await, 1);
}

/// The negative control: without a key, or with another one, it is another request.
#[tokio::test]
async fn without_a_key_every_request_has_an_effect() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        assert_eq!(send(app.router.clone(), "/things", &[], "{}").await.status, 201);
    }
    for key in ["1", "2"] {
        assert_eq!(app.post(key, "{}").await.status, 201);
    }
    assert_eq!(app.effects().await, 4);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_refused() {
    let app = TestApp::start().await;
    let first = app.post("key", "{}").await;
    for body in ["{ }", "", "{\"refuse\":404}"] {
        let refused = app.post("key", body).await;
        let text = r#"{"errors":[{"message":"This Idempotency-Key was used for another request"}]}"#;
        assert_eq!((refused.status, refused.body.as_str()), (422, text), "{body}");
    }
    assert_eq!(
        app.post("key", "{}").await,
        first.replayed(),
        "a refusal changes nothing"
    );
    assert_eq!(app.effects().await, 1);
}

#[tokio::test]
async fn malformed_key_is_refused_before_anything_is_done() {
    let app = TestApp::start().await;
    let too_long = "k".repeat(256);
    for key in ["", "a b", &too_long] {
        let refused = app.post(key, "{}").await;
        let text =
            r#"{"errors":[{"message":"The Idempotency-Key must be 1 to 255 visible ASCII characters"}]}"#;
        assert_eq!((refused.status, refused.body.as_str()), (400, text), "{key}");
    }
    let two = [
        ("idempotency-key", "a"),
        ("idempotency-key", "b"),
        app.keyed("")[1],
    ];
    assert_eq!(send(app.router.clone(), "/things", &two, "{}").await.status, 400);
    assert_eq!(app.effects().await, 0);
    assert_eq!(app.post(&too_long[1..], "{}").await.status, 201);
}

#[tokio::test]
async fn idempotency_key_belongs_to_one_user_and_one_path() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.sign_in(), app.sign_in());
    let replies = [
        app.post("key", "{}").await,
        app.post_as(&ada, "key", "{}").await,
        app.post_as(&bob, "key", "{}").await,
        send(app.router.clone(), "/other-things", &app.keyed("key"), "{}").await,
    ];
    assert!(
        replies
            .iter()
            .all(|reply| reply.status == 201 && !reply.is_replay)
    );
    assert_eq!(app.effects().await, replies.len());
    // Nor does a different body from another user make a difference.
    let other_body = "{\"of\":\"bob\"}";
    assert_eq!(app.post_as(&ada, "second", "{}").await.status, 201);
    assert_eq!(app.post_as(&bob, "second", other_body).await.status, 201);
    assert_eq!(
        app.post_as(&ada, "key", "{}").await,
        replies[1].clone().replayed()
    );
}

#[tokio::test]
async fn idempotency_key_can_be_reused_after_a_day() {
    let app = TestApp::start().await;
    let first = app.post("key", "{}").await;
    app.clock.advance(REPLY_RETENTION - Duration::from_millis(1));
    assert_eq!(app.post("key", "{}").await, first.clone().replayed());
    app.clock.advance(Duration::from_millis(1));
    let second = app.post("key", "{}").await;
    assert!(second.status == 201 && !second.is_replay && second.body != first.body);
    assert_eq!(app.effects().await, 2);
}

#[tokio::test]
async fn neither_the_key_nor_the_body_is_stored() {
    let app = TestApp::start().await;
    app.post("a-very-own-key", "{\"password\":\"correct horse\"}")
        .await;
    app.post("a-very-own-key", "{\"password\":\"another\"}").await;
    let rows: Vec<(String, String, String)> = unchecked("SELECT key, fingerprint, body FROM replies")
        .fetch_all(app.db.reader())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let text = format!("{rows:?}");
    assert!(!text.contains("own-key") && !text.contains("horse") && !text.contains("password"));
}
