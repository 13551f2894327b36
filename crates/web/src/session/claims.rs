//! The claims of a token and its validity. Times are whole seconds since 1970, as in every JWT.

use std::time::Duration;

use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Session, SessionConfig};

/// Issuer and audience of every token: only tokens of this system, for this system, are accepted.
pub(super) const ISSUER: &str = "ticketing";

/// How far the clocks of two machines may differ.
const LEEWAY: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: UserId,
    pub(super) sid: SessionId,
    pub(super) email: String,
    /// When the user signed in, as named by OpenID Connect.
    pub(super) auth_time: i64,
    pub(super) iat: i64,
    pub(super) exp: i64,
}

impl Claims {
    pub(super) fn new(
        user: &UserView,
        session_id: SessionId,
        started_at: Timestamp,
        iat: i64,
        config: &SessionConfig,
    ) -> Self {
        let auth_time = seconds(started_at);
        Self {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.id,
            sid: session_id,
            email: user.email.clone(),
            auth_time,
            iat,
            exp: last_second(iat, auth_time, config),
        }
    }

    /// The session, whether or not the token is valid. The limits of the current configuration apply: a token issued under
    /// longer limits does not outlive them.
    pub(super) fn session(self, config: &SessionConfig) -> Session {
        let exp = self.exp.min(last_second(self.iat, self.auth_time, config));
        Session {
            user: UserView {
                id: self.sub,
                email: self.email,
            },
            session_id: self.sid,
            started_at: timestamp(self.auth_time),
            issued_at: timestamp(self.iat),
            expires_at: timestamp(exp),
        }
    }
}

impl Session {
    /// Whether its token is valid at that instant: it is neither expired nor issued by a clock that was ahead, that is,
    /// in the future or before its session began.
    pub(super) fn is_alive_at(&self, now: Timestamp) -> bool {
        self.issued_at <= now.plus(LEEWAY)
            && self.started_at <= self.issued_at.plus(LEEWAY)
            && now < self.dies_at()
    }

    /// From when on its token has expired, including leeway.
    pub(super) fn dies_at(&self) -> Timestamp {
        self.expires_at.plus(LEEWAY)
    }
}

/// When a token expires: after its idle time, or with its session.
fn last_second(iat: i64, auth_time: i64, config: &SessionConfig) -> i64 {
    let after = |start: i64, duration: Duration| {
        start.saturating_add(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
    };
    after(iat, config.idle).min(after(auth_time, config.max))
}

pub(super) fn seconds(instant: Timestamp) -> i64 {
    instant.as_millis().div_euclid(1_000)
}

fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1_000))
}
