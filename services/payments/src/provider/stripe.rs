//! Stripe, as a provider of this service: PaymentIntents for payments with a token, Checkout Sessions for payments on
//! Stripe's own page.
//!
//! Every object created at Stripe carries the payment's id in its metadata, so that webhooks and lists lead back to
//! the payment, and is created under an idempotency key derived from it, so that a repetition creates nothing new.

mod checkout;
mod client;
mod config;
mod disputes;
mod failure;
mod intents;
mod list;
mod objects;
mod refunds;
mod signature;
mod webhook;

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{MinimumPrice, PaymentId, Timestamp};
use event_log::BoxFuture;

pub use config::{InvalidSetting, SecretKey, StripeConfig, WebhookSecret};

use super::{
    ChargeState, InvalidWebhook, Outcome, Provider, ProviderDispute, ProviderError, RefundError, WebhookEvent,
};
use crate::domain::{Method, Payment};
use client::{Client, Reply};

/// How long Stripe keeps an idempotency key, at least. <https://docs.stripe.com/api/idempotent_requests>
const KEY_LIFETIME: Duration = Duration::from_hours(24);

/// The currency of all prices.
const CURRENCY: &str = "usd";

/// The metadata field with the payment's id.
const PAYMENT_ID: &str = "payment_id";

/// The metadata field of a PaymentIntent whose buyer pays on Stripe's page.
const HOSTED: &str = "hosted";

/// The prefix of Checkout Session ids.
const SESSION_PREFIX: &str = "cs_";

/// Payments with Stripe.
#[derive(Debug, Clone)]
pub struct StripePayments {
    client: Client,
    webhook_secret: WebhookSecret,
}

impl StripePayments {
    /// Payments with the account of these keys. Makes no request yet.
    #[must_use]
    pub fn new(config: StripeConfig) -> Self {
        Self {
            client: Client::new(config.api_base, &config.secret_key),
            webhook_secret: config.webhook_secret,
        }
    }

    /// Stripe's id of a payment: the recorded one, or else the one found in a list of the newest objects, if the
    /// response with it was lost.
    async fn locate(&self, payment: &Payment) -> Result<Option<String>, ProviderError> {
        match &payment.reference {
            Some(reference) => Ok(Some(reference.clone())),
            None => self.find_reference(payment).await,
        }
    }

    async fn require_reference(&self, payment: &Payment) -> Result<String, ProviderError> {
        let reference = self.locate(payment).await?;
        reference.ok_or_else(|| ProviderError(format!("Stripe does not know payment {}", payment.id)))
    }

    async fn state(&self, payment: &Payment, reference: &str) -> Result<ChargeState, ProviderError> {
        if reference.starts_with(SESSION_PREFIX) {
            self.session_state(reference).await
        } else {
            self.intent_state(payment, reference).await
        }
    }
}

impl Provider for StripePayments {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn is_hosted(&self) -> bool {
        true
    }

    fn charge_lifetime(&self) -> Duration {
        KEY_LIFETIME
    }

    fn minimum_price(&self) -> MinimumPrice {
        MinimumPrice::FiftyCents
    }

    fn charge<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(async move {
            match &payment.method {
                Method::Token(token) => self.charge_token(payment, token).await,
                Method::Hosted(return_url) => self.open_session(payment, return_url).await,
            }
        })
    }

    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<ChargeState>, ProviderError>> {
        Box::pin(async move {
            match self.locate(payment).await? {
                Some(reference) => self.state(payment, &reference).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(async move {
            let reference = self.require_reference(payment).await?;
            if reference.starts_with(SESSION_PREFIX) {
                self.expire_session(&reference).await
            } else {
                self.cancel_intent(payment, &reference).await
            }
        })
    }

    fn refund<'p>(
        &'p self,
        payment: &'p Payment,
        rejected: u32,
    ) -> BoxFuture<'p, Result<ChargeState, RefundError>> {
        Box::pin(async move {
            let intent = self.intent_of(payment).await?;
            self.refund_intent(payment, &intent, rejected).await
        })
    }

    fn disputes<'p>(
        &'p self,
        payment: &'p Payment,
    ) -> BoxFuture<'p, Result<Vec<ProviderDispute>, ProviderError>> {
        Box::pin(self.disputes_about(payment))
    }

    fn payment_of<'p>(
        &'p self,
        reference: &'p str,
    ) -> BoxFuture<'p, Result<Option<PaymentId>, ProviderError>> {
        Box::pin(self.owner_of(reference))
    }

    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<WebhookEvent>, InvalidWebhook> {
        signature::verify(headers, body, now, &self.webhook_secret)?;
        Ok(webhook::parse(body))
    }
}

/// An instant in Stripe's format: seconds UTC.
fn instant(seconds: Option<i64>) -> Option<Timestamp> {
    Some(Timestamp::from_millis(seconds?.checked_mul(1_000)?))
}

/// A state with Stripe's id of the payment.
fn state_of(outcome: Outcome, reference: &str) -> ChargeState {
    ChargeState {
        reference: Some(reference.to_owned()),
        ..outcome.into()
    }
}
