//! When a token is alive, renewed, and dead.

use std::pin::pin;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use futures::poll;

use super::*;

#[test]
fn token_expires() {
    let fixture = fixture();
    fixture.clock.advance(HOUR);
    assert!(
        fixture.is_accepted(&fixture.token),
        "clocks may differ by some seconds"
    );
    fixture.clock.advance(Duration::from_secs(5));
    assert!(!fixture.is_accepted(&fixture.token));
}

#[test]
fn session_has_a_maximum_age() {
    let Fixture {
        clock,
        sessions,
        mut token,
    } = fixture();
    let half_hours = 30 * 24 * 2;
    for _ in 0..half_hours - 1 {
        clock.advance(HOUR / 2);
        let session = sessions.verify(&token).unwrap();
        assert_eq!(session.started_at, START);
        if let Some(fresh) = sessions.renew_if_old(&session) {
            token = fresh.expose().to_owned();
        }
    }
    let session = sessions.verify(&token).unwrap();
    assert_eq!(session.expires_at, START.plus(HOUR * 24 * 30));
    assert!(
        sessions.renew_if_old(&session).is_none(),
        "a renewal could not make it live longer"
    );
    clock.advance(HOUR / 2 + Duration::from_secs(5));
    assert_eq!(sessions.verify(&token), None);
}

#[test]
fn token_is_renewed_after_a_quarter_of_its_life() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    let session = sessions.verify(&token).unwrap();
    clock.advance(HOUR / 4 - Duration::from_secs(1));
    assert!(sessions.renew_if_old(&session).is_none());
    clock.advance(Duration::from_secs(1));
    let fresh = sessions
        .verify(sessions.renew_if_old(&session).unwrap().expose())
        .unwrap();
    assert_eq!(fresh.session_id, session.session_id);
    assert_eq!(fresh.started_at, START);
    assert_eq!(fresh.expires_at, START.plus(HOUR + HOUR / 4));
}

#[test]
fn ended_session_is_refused_everywhere() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    clock.advance(HOUR / 2);
    let session = sessions.verify(&token).unwrap();
    let second = sessions.renew_if_old(&session).unwrap();
    let other = sessions
        .issue(
            &user(),
            SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8060").unwrap(),
            START,
        )
        .unwrap();
    let copy = sessions.clone();
    sessions.end(session_id());
    assert_eq!(copy.verify(&token), None);
    assert_eq!(copy.verify(second.expose()), None);
    assert!(
        copy.renew_if_old(&session).is_none(),
        "what was verified before the end is not renewed after it"
    );
    assert!(
        copy.verify(other.expose()).is_some(),
        "another session of the same person lives on"
    );
    clock.advance(HOUR);
    sessions.end(SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8061").unwrap());
    assert_eq!(copy.verify(second.expose()), None);
}

#[test]
fn shorter_idle_time_holds_for_tokens_that_were_signed_before() {
    let Fixture { clock, token, .. } = fixture();
    let shorter = SessionConfig {
        idle: HOUR / 4,
        ..SessionConfig::new(key(1))
    };
    let shorter = Sessions::new(shorter, clock.shared());
    assert!(shorter.verify(&token).is_some());
    clock.advance(HOUR / 4 + Duration::from_secs(5));
    assert_eq!(shorter.verify(&token), None);
}

const HOUR_MS: i64 = 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

#[test]
fn clock_that_is_briefly_wrong_revives_no_ended_session() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    sessions.end(session_id());
    for wrong_ms in [2 * HOUR_MS, YEAR_MS, -2 * HOUR_MS, -YEAR_MS] {
        clock.step(wrong_ms);
        // Another user signs out in the meantime.
        let other = format!(
            "01890a5d-ac96-774b-bcce-b302099a{:04x}",
            wrong_ms.rem_euclid(0xffff)
        );
        sessions.end(SessionId::parse(&other).unwrap());
        assert_eq!(sessions.verify(&token), None);
        clock.step(-wrong_ms);
        assert_eq!(sessions.verify(&token), None, "after {wrong_ms} ms");
    }
}

#[test]
fn token_issued_in_the_future_identifies_its_session_but_authenticates_nobody() {
    let Fixture { clock, sessions, .. } = fixture();
    clock.step(YEAR_MS);
    let ahead = Timestamp::from_millis(START.as_millis() + YEAR_MS);
    let token = sessions.issue(&user(), session_id(), ahead).unwrap();
    let token = token.expose();
    assert!(sessions.verify(token).is_some());
    clock.step(-YEAR_MS);
    assert_eq!(sessions.verify(token), None);
    // Signed now, for a session that begins in a year: it would live for a year and a month.
    let since_then = sessions.issue(&user(), session_id(), ahead).unwrap();
    assert_eq!(sessions.verify(since_then.expose()), None);

    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, format!("ticketing-session={token}").parse().unwrap());
    let [session] = &sessions.sessions_to_end(&headers)[..] else {
        panic!("one session was named");
    };
    sessions.end(session.session_id);
    assert_eq!(sessions.sessions_to_end(&headers), [], "it is ended once");
    clock.step(YEAR_MS);
    assert_eq!(
        sessions.verify(token),
        None,
        "its time has come, and it was ended"
    );
}

#[tokio::test]
async fn session_watch_ends_with_the_session() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    let session = sessions.verify(&token).unwrap();
    let watch = sessions.watch(session.clone());
    let mut over = pin!(watch.ended());
    assert!(poll!(&mut over).is_pending() && !watch.is_over());
    sessions.end(session_id());
    assert!(poll!(&mut over).is_ready() && watch.is_over());
    sessions.watch(session).ended().await;

    let other = SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8060").unwrap();
    let token = sessions.issue(&user(), other, START).unwrap();
    let watch = sessions.watch(sessions.verify(token.expose()).unwrap());
    let mut over = pin!(watch.ended());
    clock.advance(HOUR + Duration::from_secs(5) - Duration::from_millis(1));
    assert!(poll!(&mut over).is_pending() && !watch.is_over());
    clock.advance(Duration::from_millis(1));
    over.await;
    assert!(watch.is_over(), "it goes on for no longer than its token lives");
}
