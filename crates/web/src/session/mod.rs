//! Sessions: a short-lived signed token in a cookie, which identifies a session that can be ended.
//!
//! Every service verifies tokens without calling auth. Whether a session has ended is not in the signature but in a
//! set in memory, which auth fills at start-up from its table and on every sign-out. Nothing leaves the
//! set: only a clock could tell that a token has expired for good, and clocks can be wrong.

mod claims;
mod config;
mod cookie;
mod ended;
mod extract;
mod headers;
mod key;
mod renew;
mod sessions;
mod token;
mod watch;

use contracts::views::UserView;
use contracts::{SessionId, Timestamp};

pub use config::SessionConfig;
pub use cookie::{COOKIE_NAME, FORMER_COOKIE_NAME, SECURE_COOKIE_NAME};
pub use key::{InvalidKey, SigningKey};
pub use renew::renew;
pub use sessions::{Sessions, TokenError};
pub use token::SessionToken;
pub use watch::SessionWatch;

/// The session of a verified token.
///
/// As an extractor it refuses a request without one with 401; `Option<Session>` takes it as anonymous.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The signed-in user.
    pub user: UserView,
    /// The session that this token belongs to.
    pub session_id: SessionId,
    /// When the user signed in.
    pub started_at: Timestamp,
    /// When this token was signed.
    pub issued_at: Timestamp,
    /// When this token expires, unless the session is ended before.
    pub expires_at: Timestamp,
}
