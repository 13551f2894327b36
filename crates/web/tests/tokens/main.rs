//! Which tokens are accepted, and that each of all the others is not.
#![expect(clippy::unwrap_used, reason = "a broken set-up is a failed test")]

mod forged;
mod lifetime;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::ManualClock;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::Value;
use web::{SessionConfig, Sessions, SigningKey};

/// 2026-01-31T18:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_769_882_400_000);
const HOUR: Duration = Duration::from_hours(1);

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
        token: token.expose().to_owned(),
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
