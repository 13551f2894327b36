//! The configuration of Stripe.

use axum::http::Uri;
use secrecy::{ExposeSecret, SecretString};

/// The account and the address of Stripe.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// The key that moves money.
    pub secret_key: SecretKey,
    /// The secret that webhooks are signed with.
    pub webhook_secret: WebhookSecret,
    /// Where the API is, without a path: `https://api.stripe.com`.
    pub api_base: Uri,
}

/// The key of a Stripe account. Anyone who has it can move the account's money; it is never logged.
#[derive(Debug, Clone)]
pub struct SecretKey(SecretString);

/// The secret of a webhook endpoint. Anyone who has it can forge payments; it is never logged.
#[derive(Debug, Clone)]
pub struct WebhookSecret(SecretString);

/// The text is not a valid setting; the message describes a valid one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(&'static str);

impl SecretKey {
    /// Reads a secret or a restricted key.
    ///
    /// # Errors
    /// For anything else, such as a publishable key.
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        let needed =
            "a secret key is needed, as in sk_test_… or sk_live_…, or a restricted one, as in rk_live_…";
        parse_secret(text, &["sk_", "rk_"], needed).map(Self)
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl WebhookSecret {
    /// Reads the signing secret of a webhook endpoint.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        parse_secret(
            text,
            &["whsec_"],
            "the signing secret of a webhook endpoint is needed, as in whsec_…",
        )
        .map(Self)
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

fn parse_secret(text: &str, prefixes: &[&str], needed: &'static str) -> Result<SecretString, InvalidSetting> {
    let text = text.trim();
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    match rest {
        Some(rest) if rest.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.into()),
        _ => Err(InvalidSetting(needed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_distinguished_and_redacted() {
        let key = SecretKey::parse(" sk_test_0123456789\n").unwrap();
        assert_eq!(key.expose(), "sk_test_0123456789");
        assert!(!format!("{key:?}").contains("0123456789"), "{key:?}");
        let secret = WebhookSecret::parse("whsec_0123456789").unwrap();
        assert!(!format!("{secret:?}").contains("0123456789"), "{secret:?}");
        assert!(SecretKey::parse("rk_live_0123456789").is_ok());
        for text in [
            "",
            "sk_",
            "pk_live_0123456789",
            "whsec_0123456789",
            "sk_test_01234\r\n56789",
        ] {
            let error = SecretKey::parse(text).unwrap_err().to_string();
            assert!(
                text.is_empty() || !error.contains(text) || text == "sk_",
                "{error}"
            );
        }
        assert!(WebhookSecret::parse("sk_test_0123456789").is_err());
    }
}
