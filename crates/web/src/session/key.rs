//! The key that signs session tokens.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::{Algorithm, EncodingKey};
use rand::Rng;
use rand::rngs::StdRng;
use secrecy::{ExposeSecret, SecretSlice};

/// A secret of at least 32 bytes. Anyone who knows it can sign in as any user.
#[derive(Debug, Clone)]
pub struct SigningKey(SecretSlice<u8>);

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
        Self(bytes.into())
    }

    /// Reads a key in hexadecimal or in base64 of either alphabet, with or without padding; surrounding white space is
    /// ignored.
    ///
    /// # Errors
    /// For text in neither encoding, and for fewer than [`SigningKey::MIN_BYTES`] bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim();
        let bytes = hex::decode(text)
            .ok()
            .or_else(|| decode_base64(text))
            .ok_or(InvalidKey::Encoding)?;
        if bytes.len() < Self::MIN_BYTES {
            return Err(InvalidKey::TooShort { bytes: bytes.len() });
        }
        Ok(Self(bytes.into()))
    }

    /// The key as text, which [`SigningKey::parse`] reads. It is the secret itself: for its file only.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.as_bytes())
    }

    /// Derives a key for another purpose: neither key reveals anything about the other.
    ///
    /// One HMAC does that, as the key is random. HKDF would derive other keys than it did so far, under which no stored reply
    /// would be found.
    pub(crate) fn derive(&self, purpose: &str) -> Result<DerivedKey, jsonwebtoken::errors::Error> {
        let secret = DerivedKey(EncodingKey::from_secret(self.as_bytes())).hmac(purpose.as_bytes())?;
        Ok(DerivedKey(EncodingKey::from_secret(secret.as_bytes())))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret()
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

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_parses_what_it_encodes() {
        let key = SigningKey::generate();
        assert_eq!(
            SigningKey::parse(&key.encode()).unwrap().as_bytes(),
            key.as_bytes()
        );
        assert_ne!(SigningKey::generate().as_bytes(), key.as_bytes());
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
        let reason = |text: &str| SigningKey::parse(text).unwrap_err();
        assert_eq!(reason("not a key"), InvalidKey::Encoding);
        assert_eq!(reason(&"g!".repeat(32)), InvalidKey::Encoding);
        assert_eq!(reason(""), InvalidKey::TooShort { bytes: 0 });
        assert_eq!(reason("secret=="), InvalidKey::Encoding);
        assert_eq!(reason(&"ab".repeat(31)), InvalidKey::TooShort { bytes: 31 });
    }

    #[test]
    fn key_is_never_shown() {
        let shown = format!("{:?}", SigningKey::parse(&"ab".repeat(32)).unwrap());
        assert_eq!(shown, "SigningKey(SecretBox<[u8]>([REDACTED]))");
    }

    /// Replies that were stored under the key of an earlier release are found.
    #[test]
    fn derivation_is_stable_across_releases() {
        let key = SigningKey::parse(&"01".repeat(32)).unwrap();
        let derived = key
            .derive("idempotent requests")
            .unwrap()
            .hmac(b"message")
            .unwrap();
        assert_eq!(derived, "vfxmforGMxAfp9cABi9glh_QM_8FMuXTleryg6GLVSs");
    }
}
