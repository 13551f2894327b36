//! The key that signs session tokens.

use std::fmt;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::{Algorithm, EncodingKey};
use rand::Rng;
use rand::rngs::StdRng;

/// A secret of at least 32 bytes. Anyone who knows it can sign in as any user.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

/// The text is not a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// Neither hexadecimal nor base64.
    #[error("a signing key must be hexadecimal or base64, for example from `openssl rand -hex 32`")]
    Encoding,
    /// Too few bytes to be safe from guessing.
    #[error(
        "a signing key needs at least 32 bytes; this one has {bytes}. Generate one with `openssl rand -hex 32`"
    )]
    TooShort {
        /// The bytes it has.
        bytes: usize,
    },
}

impl SigningKey {
    /// The least number of bytes: as many as the signature has (RFC 7518, 3.2).
    pub const MIN_BYTES: usize = 32;

    /// A new key, from the randomness of the operating system.
    #[must_use]
    pub fn generate() -> Self {
        let mut random: StdRng = rand::make_rng();
        let mut bytes = vec![0; Self::MIN_BYTES];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads a key in hexadecimal or in base64 of either alphabet, with or without padding; surrounding white space is
    /// ignored.
    ///
    /// # Errors
    /// For text in neither encoding, and for fewer than [`SigningKey::MIN_BYTES`] bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim();
        let bytes = decode_hex(text)
            .or_else(|| decode_base64(text))
            .ok_or(InvalidKey::Encoding)?;
        if bytes.len() < Self::MIN_BYTES {
            return Err(InvalidKey::TooShort { bytes: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// The key as text, which [`SigningKey::parse`] reads. It is the secret itself: for its file only.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Derives a key for another purpose: neither key reveals anything about the other.
    pub(crate) fn derive(&self, purpose: &str) -> Result<DerivedKey, jsonwebtoken::errors::Error> {
        let secret = DerivedKey(EncodingKey::from_secret(&self.0)).hmac(purpose.as_bytes())?;
        Ok(DerivedKey(EncodingKey::from_secret(secret.as_bytes())))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A key that was derived from a [`SigningKey`].
pub(crate) struct DerivedKey(EncodingKey);

impl DerivedKey {
    /// The HMAC-SHA256 of a message, in base64.
    pub(crate) fn hmac(&self, message: &[u8]) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::crypto::sign(message, &self.0, Algorithm::HS256)
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let digit = |byte: u8| char::from(byte).to_digit(16);
    pairs
        .map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}

/// Keys stay out of logs.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_parses_what_it_encodes() {
        let key = SigningKey::generate();
        assert_eq!(SigningKey::parse(&key.encode()).unwrap(), key);
        assert_ne!(SigningKey::generate(), key);
        assert_eq!(key.as_bytes().len(), SigningKey::MIN_BYTES);
    }

    #[test]
    fn hexadecimal_and_base64_are_one_key() {
        let bytes = [0xfb; 32];
        let hex = "fb".repeat(32);
        let standard = base64::engine::general_purpose::STANDARD.encode(bytes);
        let url_safe = base64::engine::general_purpose::URL_SAFE.encode(bytes);
        assert!(standard.contains('+') && standard.ends_with('=') && url_safe.contains('-'));
        for text in [
            &hex,
            &hex.to_uppercase(),
            &standard,
            &url_safe,
            &format!(" {standard}\n"),
        ] {
            assert_eq!(SigningKey::parse(text).unwrap().as_bytes(), bytes, "{text}");
        }
    }

    #[test]
    fn invalid_keys_report_the_reason() {
        assert_eq!(SigningKey::parse("not a key"), Err(InvalidKey::Encoding));
        assert_eq!(SigningKey::parse(&"g!".repeat(32)), Err(InvalidKey::Encoding));
        assert_eq!(SigningKey::parse(""), Err(InvalidKey::TooShort { bytes: 0 }));
        assert_eq!(SigningKey::parse("secret=="), Err(InvalidKey::Encoding));
        assert_eq!(
            SigningKey::parse(&"ab".repeat(31)),
            Err(InvalidKey::TooShort { bytes: 31 })
        );
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = SigningKey::generate();
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
