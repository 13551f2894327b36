//! The signature of webhooks, by the scheme of <https://docs.stripe.com/webhooks/signature>.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use contracts::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use payments::Provider;
use payments::provider::InvalidWebhook;
use sha2::Sha256;

use crate::app::{WEBHOOK_SECRET, provider};

const BODY: &[u8] = br#"{"id":"evt_1","type":"customer.created","data":{"object":{}}}"#;
const NOW: Timestamp = Timestamp::from_millis(1_769_882_400_000);

fn seconds(at: Timestamp) -> i64 {
    at.as_millis() / 1000
}

/// The signature of a body, as described in Stripe's documentation.
pub(crate) fn sign(body: &[u8], at_seconds: i64, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at_seconds}.").as_bytes());
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

fn read(header: &str, body: &[u8]) -> Result<(), InvalidWebhook> {
    let mut headers = HeaderMap::new();
    headers.insert("stripe-signature", HeaderValue::from_str(header).unwrap());
    let provider = provider("http://127.0.0.1:9");
    provider
        .parse_webhook(&headers, body, NOW)
        .map(|update| assert_eq!(update, None))
}

fn signed(at: Timestamp) -> String {
    let at = seconds(at);
    format!("t={at},v1={}", sign(BODY, at, WEBHOOK_SECRET))
}

#[test]
fn signature_scheme_is_as_documented() {
    // Computed outside of this program: printf '1769882400.BODY' | openssl dgst -sha256 -hmac whsec_0123456789abcdef
    let known = "82169a37459f496e914bbd69397514fde7cd34b8a817c82e8d18dffae334e91f";
    assert_eq!(sign(BODY, seconds(NOW), WEBHOOK_SECRET), known);
    assert_eq!(read(&format!("t=1769882400,v1={known}"), BODY), Ok(()));
}

#[test]
fn any_of_several_signatures_is_enough() {
    let (at, old_secret) = (seconds(NOW), "whsec_of_last_year");
    let (good, old) = (sign(BODY, at, WEBHOOK_SECRET), sign(BODY, at, old_secret));
    for header in [
        format!("t={at},v1={old},v1={good}"),
        format!("t={at},v1={good},v1={old}"),
        format!("t={at}, v0=00ff, v1={good}, v2=zz"),
        format!("v1={good},t={at}"),
    ] {
        assert_eq!(read(&header, BODY), Ok(()), "{header}");
    }
}

#[test]
fn tampered_or_foreign_signature_is_refused() {
    let at = seconds(NOW);
    let good = sign(BODY, at, WEBHOOK_SECRET);
    let mut tampered = BODY.to_vec();
    tampered[8] ^= 1;
    assert!(read(&signed(NOW), &tampered).is_err());
    for header in [
        format!("t={at},v1={}", sign(BODY, at, "whsec_of_somebody_else")),
        format!("t={},v1={good}", at + 1),
        format!("t={at},v1={}", &good[..62]),
        format!("t={at},v1={good}00"),
        format!("t={at},v1="),
        format!("t={at},v1=not hexadecimal"),
        format!("t={at},v0={good}"),
        format!("t={at}"),
        format!("v1={good}"),
        good.clone(),
        String::new(),
    ] {
        assert!(read(&header, BODY).is_err(), "{header:?}");
    }
    // Correctly signed, but with an invalid time.
    let odd = {
        let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).unwrap();
        mac.update(b"now.");
        mac.update(BODY);
        hex::encode(mac.finalize().into_bytes())
    };
    assert!(read(&format!("t=now,v1={odd}"), BODY).is_err());
    let unsigned = provider("http://127.0.0.1:9").parse_webhook(&HeaderMap::new(), BODY, NOW);
    assert!(unsigned.is_err());
}

#[test]
fn signature_timestamp_tolerance_is_five_minutes() {
    let second = Duration::from_secs(1);
    let tolerance = Duration::from_mins(5);
    assert_eq!(read(&signed(NOW.minus(tolerance)), BODY), Ok(()));
    assert_eq!(read(&signed(NOW.plus(tolerance)), BODY), Ok(()));
    assert!(read(&signed(NOW.minus(tolerance + second)), BODY).is_err());
    assert!(read(&signed(NOW.plus(tolerance + second)), BODY).is_err());
}
