//! How sessions are signed and how long they live.

use std::time::Duration;

use crate::SigningKey;

/// How sessions are signed and how long they live.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// The key that signs new tokens.
    pub key: SigningKey,
    /// Keys whose tokens are still accepted, besides `key`: the former ones, until their last token has expired.
    pub accepted_keys: Vec<SigningKey>,
    /// How long a session lasts without use: the lifetime of its token, which is renewed while it is used.
    pub idle: Duration,
    /// The maximum lifetime of a session from sign-in, however much it is used.
    pub max: Duration,
    /// Whether the cookie is sent over https only; so it is when the public origin is https.
    pub is_secure: bool,
}

impl SessionConfig {
    /// Sessions signed by this key: one hour without use, 30 days at most, also over plain http.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        const HOUR: Duration = Duration::from_hours(1);
        Self {
            key,
            accepted_keys: Vec::new(),
            idle: HOUR,
            max: HOUR * 24 * 30,
            is_secure: false,
        }
    }
}
