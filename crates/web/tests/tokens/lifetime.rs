//! When a token is alive, renewed, and dead.

use super::*;

#[test]
fn a_token_dies_when_its_time_is_over() {
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
fn a_session_ends_at_last_however_much_it_is_used() {
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
            token = fresh;
        }
    }
    let session = sessions.verify(&token).unwrap();
    assert_eq!(session.expires_at, START.plus(HOUR * 24 * 30));
    assert_eq!(
        sessions.renew_if_old(&session),
        None,
        "a renewal could not make it live longer"
    );
    clock.advance(HOUR / 2 + Duration::from_secs(5));
    assert_eq!(sessions.verify(&token), None);
}

#[test]
fn a_token_is_renewed_after_a_quarter_of_its_life() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    let session = sessions.verify(&token).unwrap();
    clock.advance(HOUR / 4 - Duration::from_secs(1));
    assert_eq!(sessions.renew_if_old(&session), None);
    clock.advance(Duration::from_secs(1));
    let fresh = sessions
        .verify(&sessions.renew_if_old(&session).unwrap())
        .unwrap();
    assert_eq!(fresh.session_id, session.session_id);
    assert_eq!(fresh.started_at, START);
    assert_eq!(fresh.expires_at, START.plus(HOUR + HOUR / 4));
}

#[test]
fn an_ended_session_is_dead_in_every_copy() {
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
    assert_eq!(copy.verify(&second), None);
    assert_eq!(
        copy.renew_if_old(&session),
        None,
        "what was verified before the end is not renewed after it"
    );
    assert!(
        copy.verify(&other).is_some(),
        "another session of the same person lives on"
    );
    clock.advance(HOUR);
    sessions.end(SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8061").unwrap());
    assert_eq!(
        copy.verify(&second),
        None,
        "it is remembered until the last token has run out"
    );
}

#[test]
fn a_session_that_ended_before_the_start_can_be_told() {
    let Fixture {
        clock,
        sessions,
        token,
    } = fixture();
    clock.advance(HOUR / 2);
    sessions.end_as_of(session_id(), START.plus(HOUR / 4));
    assert_eq!(sessions.verify(&token), None);
}

#[test]
fn a_shorter_idle_time_holds_for_tokens_that_were_signed_before() {
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
