//! The operations on accounts and sessions.

mod ended_sessions;
mod session;
mod sign_in;
mod sign_out;
mod sign_up;

use contracts::Email;
use contracts::views::UserView;
use event_log::Database;
use web::{ClientAddress, ClientRate, SessionToken, Sessions};

use crate::config::AuthConfig;
use crate::error::AuthError;
use crate::login_throttle::{Attempt, LoginThrottle};
use crate::metrics::{AuthMetrics, Limit};
use crate::passwords::Passwords;

pub(crate) use session::NewSession;

/// The auth service: accounts, passwords, sessions.
#[derive(Clone)]
pub struct Auth {
    db: Database,
    sessions: Sessions,
    passwords: Passwords,
    client_rate: ClientRate,
    throttle: LoginThrottle,
    metrics: AuthMetrics,
}

/// A user who has just signed up or in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user: UserView,
    /// The token of the new session, for [`Sessions::cookie`].
    pub token: SessionToken,
}

impl Auth {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, sessions: Sessions, config: AuthConfig) -> Self {
        let clock = config.steady_clock.clone();
        let metrics = AuthMetrics::default();
        Self {
            db: db.counting(metrics.of_commits()),
            sessions,
            client_rate: ClientRate::per_minute(config.client_rate, clock.clone()),
            throttle: LoginThrottle::new(config.throttle, clock),
            passwords: Passwords::new(config),
            metrics,
        }
    }

    /// The sessions of this process, which all services verify tokens with.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// How many passwords were compared since the start: the same number for an unknown address and for a wrong password.
    #[must_use]
    pub fn passwords_verified(&self) -> u64 {
        self.passwords.verified()
    }

    pub(crate) fn metrics(&self) -> &AuthMetrics {
        &self.metrics
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// Counts a sign-in or a sign-up of a client, whatever its outcome.
    ///
    /// # Errors
    /// `Refused` with `TooManyAttempts`.
    pub(crate) fn admit(&self, client: Option<ClientAddress>) -> Result<(), AuthError> {
        let admitted = self.client_rate.admit(client);
        Ok(admitted.inspect_err(|_| self.metrics.throttled(Limit::Client))?)
    }

    /// Waits until a client may try a password of an account.
    ///
    /// # Errors
    /// `TooManyAttempts`, `Busy`.
    pub(crate) async fn attempt(
        &self,
        email: &Email,
        client: Option<ClientAddress>,
    ) -> Result<Attempt, AuthError> {
        let attempt = self.throttle.attempt(email, client).await;
        attempt.inspect_err(|_| self.metrics.throttled(Limit::Account))
    }

    fn signed_in(&self, session: NewSession) -> Result<SignedIn, AuthError> {
        let token = self
            .sessions
            .issue(&session.user, session.id, session.started_at)?;
        Ok(SignedIn {
            user: session.user,
            token,
        })
    }
}
