//! The token of a session.

use secrecy::{ExposeSecret, SecretString};

/// A signed token, which identifies a session. Its bearer is signed in; it is never logged.
#[derive(Debug, Clone)]
pub struct SessionToken(SecretString);

impl From<String> for SessionToken {
    fn from(token: String) -> Self {
        Self(token.into())
    }
}

impl SessionToken {
    /// The token itself: for the cookie only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
