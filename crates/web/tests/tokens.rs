//! Which tokens are accepted, and that each of all the others is not.
#![expect(clippy::unwrap_used, reason = "a broken set-up is a failed test")]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::ManualClock;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use web::{SessionConfig, Sessions, SigningKey};

/// 2026-01-31T18:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_769_882_400_000);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn key(byte: u8) -> SigningKey {
    SigningKey::parse(&format!("{byte:02x}").repeat(32)).unwrap()
}

fn secret(byte: u8) -> EncodingKey {
    EncodingKey::from_secret(&[byte; 32])
}

fn user() -> UserView {
    let id = UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
    UserView {
        id,
        email: "ada@example.com".to_owned(),
    }
}

fn session_id() -> SessionId {
    SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap()
}

struct Fixture {
    clock: ManualClock,
    sessions: Sessions,
    token: String,
}

fn fixture() -> Fixture {
    let clock = ManualClock::at(START.as_millis());
    let sessions = Sessions::new(SessionConfig::new(key(1)), clock.shared());
    sessions.self_test().unwrap();
    let token = sessions.issue(&user(), session_id(), START).unwrap();
    Fixture {
        clock,
        sessions,
        token,
    }
}

impl Fixture {
    fn part(&self, number: usize) -> Value {
        let part = self.token.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// The claims of the good token with one of them set to something else, signed by the right key.
    fn signed_with(&self, claim: &str, value: Value) -> String {
        let mut claims = self.part(1);
        claims[claim] = value;
        self.signed(&claims)
    }

    fn signed(&self, claims: &Value) -> String {
        let header: Header = serde_json::from_value(self.part(0)).unwrap();
        jsonwebtoken::encode(&header, claims, &secret(1)).unwrap()
    }

    fn is_accepted(&self, token: &str) -> bool {
        self.sessions.verify(token).is_some()
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn a_good_token_tells_the_session() {
    let fixture = fixture();
    let session = fixture.sessions.verify(&fixture.token).unwrap();
    assert_eq!((session.user, session.session_id), (user(), session_id()));
    assert_eq!((session.started_at, session.issued_at), (START, START));
    assert_eq!(session.expires_at, START.plus(HOUR));
    assert!(
        fixture.is_accepted(&fixture.signed_with("unknown", json!(1))),
        "the forging of these tests works"
    );
}

#[test]
fn a_changed_token_is_refused() {
    let fixture = fixture();
    let parts: Vec<&str> = fixture.token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        unreachable!()
    };
    let mut other_claims = fixture.part(1);
    other_claims["sub"] = json!("01890a5d-ac96-774b-bcce-b302099a8059");
    let other_claims = encoded(&other_claims);
    let no_alg = |name: &str| encoded(&json!({ "typ": "JWT", "alg": name, "kid": fixture.part(0)["kid"] }));
    let table = [
        format!("{header}.{other_claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}x"),
        format!("{header}.{claims}.{}", "A".repeat(43)),
        format!("{}.{claims}.", no_alg("none")),
        format!("{}.{claims}.", no_alg("None")),
        format!("{}.{claims}.{signature}", no_alg("none")),
        format!("{}.{claims}.{signature}", no_alg("HS512")),
        format!(" {}", fixture.token),
        format!("{}.{}", fixture.token, fixture.token),
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "\u{0}".to_owned(),
        "🎟.🎟.🎟".to_owned(),
        "a".repeat(100_000),
    ];
    for token in table {
        assert!(!fixture.is_accepted(&token), "{}", &token[..token.len().min(200)]);
    }
    assert!(fixture.is_accepted(&fixture.token));
}

#[test]
fn every_bit_of_the_signed_text_counts() {
    let fixture = fixture();
    let signed = fixture.token.rfind('.').unwrap();
    for place in 0..signed {
        let mut bytes = fixture.token.clone().into_bytes();
        bytes[place] ^= 1;
        let token = String::from_utf8(bytes).unwrap();
        assert!(!fixture.is_accepted(&token), "changed at {place}");
    }
}

#[test]
fn other_keys_and_algorithms_are_refused() {
    let fixture = fixture();
    let claims = fixture.part(1);
    let kid = fixture.part(0)["kid"].as_str().unwrap().to_owned();
    let sign = |algorithm, kid: Option<&str>, secret: &EncodingKey| {
        let header = Header {
            kid: kid.map(str::to_owned),
            ..Header::new(algorithm)
        };
        jsonwebtoken::encode(&header, &claims, secret).unwrap()
    };
    assert!(fixture.is_accepted(&sign(Algorithm::HS256, Some(&kid), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some(&kid), &secret(2))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some("other"), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, Some(""), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS256, None, &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS384, Some(&kid), &secret(1))));
    assert!(!fixture.is_accepted(&sign(Algorithm::HS512, Some(&kid), &secret(1))));
}

#[test]
fn every_claim_is_needed_and_of_its_kind() {
    let fixture = fixture();
    let claims = fixture.part(1);
    for claim in ["iss", "aud", "sub", "sid", "email", "auth_time", "iat", "exp"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(claim).unwrap();
        assert!(!fixture.is_accepted(&fixture.signed(&without)), "without {claim}");
        for value in [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!("x"),
            json!(-1),
        ] {
            let is_free_text = claim == "email" && value.is_string();
            let token = fixture.signed_with(claim, value.clone());
            assert_eq!(fixture.is_accepted(&token), is_free_text, "{claim} = {value}");
        }
    }
    for (claim, value) in [
        ("iss", "elsewhere"),
        ("aud", "elsewhere"),
        ("sub", "1"),
        ("sid", "1"),
    ] {
        assert!(
            !fixture.is_accepted(&fixture.signed_with(claim, json!(value))),
            "{claim}"
        );
    }
}

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
fn what_a_token_claims_about_its_time_cannot_exceed_the_limits() {
    let fixture = fixture();
    let now = START.as_millis() / 1_000;
    assert!(!fixture.is_accepted(&fixture.signed_with("exp", json!(now - 5))));
    assert!(
        !fixture.is_accepted(&fixture.signed_with("iat", json!(now + 60))),
        "signed in the future"
    );
    assert!(fixture.is_accepted(&fixture.signed_with("iat", json!(now + 5))));
    let for_ever = fixture.signed_with("exp", json!(i64::MAX));
    let from_ever = fixture.signed_with("iat", json!(i64::MIN));
    assert!(fixture.is_accepted(&for_ever) && !fixture.is_accepted(&from_ever));
    fixture.clock.advance(HOUR + Duration::from_secs(5));
    assert!(
        !fixture.is_accepted(&for_ever),
        "the idle time counts from the signing, whatever exp says"
    );
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
    assert_eq!(session.expires_at, START.plus(DAY * 30));
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
fn keys_rotate_without_signing_anybody_out() {
    let Fixture { clock, token, .. } = fixture();
    let rotated = SessionConfig {
        accepted_keys: vec![key(1)],
        ..SessionConfig::new(key(2))
    };
    let rotated = Sessions::new(rotated, clock.shared());
    let session = rotated.verify(&token).unwrap();
    clock.advance(HOUR / 2);
    let fresh = rotated.renew_if_old(&session).unwrap();
    let only_new = Sessions::new(SessionConfig::new(key(2)), clock.shared());
    assert!(only_new.verify(&fresh).is_some(), "renewed under the new key");
    assert_eq!(
        only_new.verify(&token),
        None,
        "the former key is accepted only while it is listed"
    );
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
