//! Who is signed in: a short-lived signed token in a cookie, which names a session that can be ended.
//!
//! Every service verifies tokens by itself, without asking auth. What a signature cannot say, that a session was
//! ended, stands in a set in memory, which auth fills at start-up from its table and on every sign-out. Nothing leaves the
//! set: that a token is dead by its time is what a clock says, and clocks err.

mod carried;
mod claims;
mod config;
mod cookie;
mod ended;
mod extract;
mod key;
mod renew;
mod sessions;
mod watch;

use std::fmt;

use contracts::views::UserView;
use contracts::{SessionId, Timestamp};

pub use config::SessionConfig;
pub use cookie::{COOKIE_NAME, FORMER_COOKIE_NAME, SECURE_COOKIE_NAME};
pub use key::{InvalidKey, SigningKey};
pub use renew::renew;
pub use sessions::{Sessions, TokenError};
pub use watch::SessionWatch;

/// A session, as a verified token tells it.
///
/// As an extractor it refuses a request without one with 401; `Option<Session>` takes it as anonymous.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Who is signed in.
    pub user: UserView,
    /// The sign-in that this token belongs to.
    pub session_id: SessionId,
    /// When the person signed in.
    pub started_at: Timestamp,
    /// When this token was signed.
    pub issued_at: Timestamp,
    /// When this token dies, unless the session is ended before.
    pub expires_at: Timestamp,
}

/// Addresses stay out of logs.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user.id)
            .field("session_id", &self.session_id)
            .field("started_at", &self.started_at)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}
