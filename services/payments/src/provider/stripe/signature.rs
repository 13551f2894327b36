//! Verifying the signature of a webhook. <https://docs.stripe.com/webhooks/signature>

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::config::WebhookSecret;
use crate::provider::InvalidWebhook;

/// How far the time of a signature may differ from ours: it limits replay attacks.
const TOLERANCE: Duration = Duration::from_mins(5);

/// Verifies that a webhook was signed with the secret, and recently: its header `Stripe-Signature` has the time as `t` and,
/// as any of its `v1`, the HMAC-SHA256 of time, full stop and body.
pub(super) fn verify(
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
    secret: &WebhookSecret,
) -> Result<(), InvalidWebhook> {
    let header = headers
        .get("stripe-signature")
        .ok_or(InvalidWebhook("it is not signed"))?;
    let header = header
        .to_str()
        .map_err(|_| InvalidWebhook("its signature cannot be read"))?;
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let time = parts()
        .find_map(|(name, value)| (name == "t").then_some(value))
        .ok_or(InvalidWebhook("its signature has no time"))?;
    let signatures = parts().filter(|(name, _)| *name == "v1");
    let signatures: Vec<Vec<u8>> = signatures
        .filter_map(|(_, value)| hex::decode(value).ok())
        .collect();
    if signatures.is_empty() {
        return Err(InvalidWebhook("it has no signature of the version v1"));
    }

    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .map_err(|_| InvalidWebhook("the secret is not usable"))?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    // Compared in constant time. The time is only trusted once the signature is verified.
    let is_genuine = |signature: &Vec<u8>| mac.clone().verify_slice(signature).is_ok();
    if !signatures.iter().any(is_genuine) {
        return Err(InvalidWebhook("it is not signed with the secret of this webhook"));
    }
    let signed_at = time
        .parse::<i64>()
        .ok()
        .and_then(|seconds| seconds.checked_mul(1000))
        .map(Timestamp::from_millis)
        .ok_or(InvalidWebhook("the time of its signature cannot be read"))?;
    if signed_at.since(now) > TOLERANCE || now.since(signed_at) > TOLERANCE {
        return Err(InvalidWebhook("its signature is not of now"));
    }
    Ok(())
}
