//! The payment provider, and its keys.

use axum::http::Uri;
use payments::provider::StripeConfig;
use strum::{EnumString, VariantNames};

use super::WebOrigin;
use super::settings::Settings;

/// The payment provider, by its name in the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum ProviderName {
    /// The test provider, which moves no money.
    Test,
    /// Stripe.
    Stripe,
}

/// The payment provider with its credentials.
#[derive(Debug, Clone)]
pub enum PaymentProvider {
    /// The test provider, which moves no money.
    Test,
    /// Stripe, with this account.
    Stripe(StripeConfig),
}

impl PaymentProvider {
    /// The provider that the settings name; `None` if they lack what it needs, which reading them has then noted.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        match settings.payment_provider {
            ProviderName::Test => Some(Self::Test),
            ProviderName::Stripe => Some(Self::Stripe(StripeConfig {
                secret_key: settings.stripe_secret_key.clone()?,
                webhook_secret: settings.stripe_webhook_secret.clone()?,
                api_base: settings.stripe_api_base.clone(),
            })),
        }
    }
}

/// An origin over TLS, since the key goes there, or one of this machine.
pub(super) fn parse_api_base(text: &str) -> Result<Uri, String> {
    let origin = WebOrigin::parse(text)?;
    let base: Uri = origin
        .as_str()
        .parse()
        .map_err(|_| "not a valid origin".to_owned())?;
    let is_local = matches!(base.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
    if origin.is_https() || is_local {
        Ok(base)
    } else {
        Err("must start with https://, because the secret key is sent there (http:// is accepted for this machine only)".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_sent_encrypted_only() {
        assert!(parse_api_base("https://api.stripe.com").is_ok());
        assert!(parse_api_base("http://127.0.0.1:8420").is_ok());
        assert!(parse_api_base("http://[::1]:8420").is_ok());
        for text in [
            "http://api.stripe.com",
            "http://localhost.example.com",
            "api.stripe.com",
            "",
        ] {
            assert!(parse_api_base(text).is_err(), "{text:?}");
        }
    }
}
