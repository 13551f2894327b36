//! Passwords as a person typed them.

use secrecy::{ExposeSecret, SecretString};

use crate::ErrorCode;

/// A password of 8 to 128 characters, of any composition (NIST SP 800-63B, 3.1.1.2).
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// The minimum number of characters.
    pub const MIN_CHARS: usize = 8;
    /// The maximum number of characters; it bounds the work of hashing.
    pub const MAX_CHARS: usize = 128;

    /// Takes the text as it is: white space is part of a password.
    ///
    /// # Errors
    /// `PasswordLength` for one too short or too long.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // One more than the limit decides; the rest of a huge text need not be counted.
        let length = text.chars().take(Self::MAX_CHARS + 1).count();
        if !(Self::MIN_CHARS..=Self::MAX_CHARS).contains(&length) {
            return Err(ErrorCode::PasswordLength);
        }
        Ok(Self(text.into()))
    }

    /// The password itself: for hashing only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        let is_accepted = |text: &str| Password::parse(text).is_ok();
        assert!(!is_accepted(""));
        assert!(!is_accepted(&"a".repeat(7)));
        assert!(is_accepted(&"a".repeat(8)));
        assert!(is_accepted(&"ü".repeat(8)));
        assert!(is_accepted(&"🎟".repeat(128)));
        assert!(!is_accepted(&"a".repeat(129)));
        assert!(!is_accepted(&"a".repeat(1_000_000)));
    }

    #[test]
    fn password_keeps_white_space_and_is_redacted() {
        let password = Password::parse("  spaced  ").unwrap();
        assert_eq!(password.expose(), "  spaced  ");
        assert!(!format!("{password:?}").contains("spaced"), "{password:?}");
    }
}
