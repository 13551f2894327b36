//! Who moves the money, and the keys for that.

use axum::http::Uri;
use payments::provider::{SecretKey, StripeConfig, WebhookSecret};

use super::reader::Reader;
use super::setting::{self, Setting};
use super::{Mistake, WebOrigin};

/// Who moves the money.
#[derive(Debug, Clone)]
pub enum PaymentProvider {
    /// Nobody.
    Test,
    /// Stripe, with this account.
    Stripe(StripeConfig),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Test,
    Stripe,
}

/// Reads the provider and what belongs to it; `None` if something is wrong, which is then noted. Stripe's settings are looked
/// at in any case, so that a mistake in them does not wait for the day when they are needed.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<PaymentProvider> {
    let name = reader.read(&setting::PAYMENT_PROVIDER, parse_name)?;
    let is_needed = name == Name::Stripe;
    let secret_key = key(reader, &setting::STRIPE_SECRET_KEY, is_needed, |text| {
        SecretKey::parse(text).map_err(|problem| problem.to_string())
    });
    let webhook_secret = key(reader, &setting::STRIPE_WEBHOOK_SECRET, is_needed, |text| {
        WebhookSecret::parse(text).map_err(|problem| problem.to_string())
    });
    let api_base = reader.read(&setting::STRIPE_API_BASE, parse_api_base);
    match name {
        Name::Test => Some(PaymentProvider::Test),
        Name::Stripe => Some(PaymentProvider::Stripe(StripeConfig {
            secret_key: secret_key?,
            webhook_secret: webhook_secret?,
            api_base: api_base?,
        })),
    }
}

/// A key; that it is missing is a mistake if it is needed.
fn key<T>(
    reader: &mut Reader<'_>,
    setting: &'static Setting,
    is_needed: bool,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    let mistakes = reader.mistakes.len();
    let key = reader.read(setting, parse);
    if key.is_none() && is_needed && reader.mistakes.len() == mistakes {
        let needed_by = "--payment-provider stripe";
        reader.mistakes.push(Mistake::Missing { setting, needed_by });
    }
    key
}

fn parse_name(text: &str) -> Result<Name, String> {
    match text {
        "test" => Ok(Name::Test),
        "stripe" => Ok(Name::Stripe),
        _ => Err("expected test or stripe".to_owned()),
    }
}

/// An origin over TLS, since the key goes there, or one of this machine.
fn parse_api_base(text: &str) -> Result<Uri, String> {
    let origin = WebOrigin::parse(text)?;
    let base: Uri = origin
        .as_str()
        .parse()
        .map_err(|_| "this is not an origin".to_owned())?;
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
    fn the_key_goes_nowhere_in_the_clear() {
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
