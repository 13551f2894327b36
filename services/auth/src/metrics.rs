//! What is measured of accounts and sessions.

use contracts::events::UserSignedUp;
use event_log::CommitCounters;
use service::metrics::{CountersBy, Registry};

use crate::error::AuthError;

/// What became of an attempt to sign up or in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Succeeded,
    InvalidCredentials,
    EmailInUse,
    Refused,
    Busy,
    Failed,
}

impl Outcome {
    fn of(error: &AuthError) -> Self {
        match error {
            AuthError::InvalidCredentials => Self::InvalidCredentials,
            AuthError::EmailInUse => Self::EmailInUse,
            AuthError::Refused(_) | AuthError::TooManyAttempts(_) => Self::Refused,
            AuthError::Busy => Self::Busy,
            AuthError::Database(error) if error.is_transient() => Self::Busy,
            AuthError::Hash(_)
            | AuthError::Token(_)
            | AuthError::Corrupt { .. }
            | AuthError::Task(_)
            | AuthError::Database(_) => Self::Failed,
        }
    }
}

/// Which limit kept an attempt from being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Too many sign-ins and sign-ups of one client.
    Client,
    /// Too many wrong passwords for one account.
    Account,
}

/// A session began with a password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionStarted;

/// What is counted as it happens. Clones share their values.
#[derive(Debug, Clone)]
pub(crate) struct AuthMetrics {
    sign_ups: CountersBy<Outcome>,
    sign_ins: CountersBy<Outcome>,
    throttled: CountersBy<Limit>,
}

impl Default for AuthMetrics {
    fn default() -> Self {
        let common = [
            (Outcome::Succeeded, "succeeded"),
            (Outcome::Refused, "refused"),
            (Outcome::Busy, "busy"),
            (Outcome::Failed, "failed"),
        ];
        let of_sign_up = [(Outcome::EmailInUse, "email_in_use")];
        let of_sign_in = [(Outcome::InvalidCredentials, "invalid_credentials")];
        Self {
            sign_ups: CountersBy::new("outcome", common.into_iter().chain(of_sign_up)),
            sign_ins: CountersBy::new("outcome", common.into_iter().chain(of_sign_in)),
            throttled: CountersBy::new("limit", [(Limit::Client, "client"), (Limit::Account, "account")]),
        }
    }
}

impl AuthMetrics {
    /// What is counted by a commit.
    pub(crate) fn of_commits(&self) -> CommitCounters {
        let (sign_ups, sign_ins) = (self.sign_ups.clone(), self.sign_ins.clone());
        CommitCounters::new()
            .on(move |_: &UserSignedUp| sign_ups.of(&Outcome::Succeeded).cloned())
            .on(move |_: &SessionStarted| sign_ins.of(&Outcome::Succeeded).cloned())
    }

    /// Counts a sign-up that created no account.
    pub(crate) fn not_signed_up(&self, error: &AuthError) {
        self.sign_ups.count(&Outcome::of(error));
    }

    /// Counts a sign-in that began no session.
    pub(crate) fn not_signed_in(&self, error: &AuthError) {
        self.sign_ins.count(&Outcome::of(error));
    }

    /// Counts an attempt that a limit kept from being made.
    pub(crate) fn throttled(&self, limit: Limit) {
        self.throttled.count(&limit);
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "sign_ups",
            "Attempts to sign up, by outcome",
            self.sign_ups.clone(),
        );
        registry.register(
            "sign_ins",
            "Attempts to sign in, by outcome",
            self.sign_ins.clone(),
        );
        registry.register(
            "sign_in_attempts_throttled",
            "Attempts to sign up or in that a limit kept from being made, by whose limit it was",
            self.throttled.clone(),
        );
    }
}
