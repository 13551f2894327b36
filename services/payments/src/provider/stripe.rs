//! Stripe, as a provider of this service: PaymentIntents for payments with a token, Checkout Sessions for payments on
//! Stripe's own page.
//!
//! Everything that is made at Stripe carries the payment's id in its metadata, so that messages and lists lead back to
//! the payment, and is made under an idempotency key derived from it, so that making it again makes nothing new.

mod checkout;
mod client;
mod config;
mod disputes;
mod failure;
mod intents;
mod list;
mod notice;
mod objects;
mod refunds;
mod signature;

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{MinimumPrice, PaymentId, Timestamp};
use event_log::BoxFuture;

pub use config::{InvalidSetting, SecretKey, StripeConfig, WebhookSecret};

use super::{Answer, Dispute, ForgedNotice, Message, Outcome, Provider, ProviderError, RefundError};
use crate::{Method, Payment};
use client::{Client, Reply};

/// How long Stripe keeps an idempotency key, at least. <https://docs.stripe.com/api/idempotent_requests>
const KEY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What prices are in, as every page says.
const CURRENCY: &str = "usd";

/// Under this name the payment's id is in the metadata of everything that is made at Stripe.
const PAYMENT_ID: &str = "payment_id";

/// Under this name the metadata of a PaymentIntent says that its buyer pays on Stripe's page.
const HOSTED: &str = "hosted";

/// What the references of Checkout Sessions begin with; those of PaymentIntents begin otherwise.
const SESSION_PREFIX: &str = "cs_";

/// Payments with Stripe.
#[derive(Debug, Clone)]
pub struct StripePayments {
    client: Client,
    webhook_secret: WebhookSecret,
}

impl StripePayments {
    /// Payments with the account of these keys. Nothing is asked of Stripe yet.
    #[must_use]
    pub fn new(config: StripeConfig) -> Self {
        Self {
            client: Client::new(config.api_base, &config.secret_key),
            webhook_secret: config.webhook_secret,
        }
    }

    /// What Stripe calls a payment: what is written down, or else what a list of its newest objects says, where the
    /// answer that would have told was lost.
    async fn locate(&self, payment: &Payment) -> Result<Option<String>, ProviderError> {
        match &payment.reference {
            Some(reference) => Ok(Some(reference.clone())),
            None => self.look_for(payment).await,
        }
    }

    async fn known(&self, payment: &Payment) -> Result<String, ProviderError> {
        let reference = self.locate(payment).await?;
        reference.ok_or_else(|| ProviderError(format!("Stripe has never heard of payment {}", payment.id)))
    }

    async fn state(&self, payment: &Payment, reference: &str) -> Result<Answer, ProviderError> {
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

    fn charge<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Answer, ProviderError>> {
        Box::pin(async move {
            match &payment.method {
                Method::Token(token) => self.charge_token(payment, token).await,
                Method::Hosted(return_url) => self.open_session(payment, return_url).await,
            }
        })
    }

    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<Answer>, ProviderError>> {
        Box::pin(async move {
            match self.locate(payment).await? {
                Some(reference) => self.state(payment, &reference).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Answer, ProviderError>> {
        Box::pin(async move {
            let reference = self.known(payment).await?;
            if reference.starts_with(SESSION_PREFIX) {
                self.expire_session(&reference).await
            } else {
                self.cancel_intent(payment, &reference).await
            }
        })
    }

    fn refund<'p>(&'p self, payment: &'p Payment, ended: u32) -> BoxFuture<'p, Result<Answer, RefundError>> {
        Box::pin(async move {
            let intent = self.intent_of(payment).await?;
            self.refund_intent(payment, &intent, ended).await
        })
    }

    fn disputes<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Vec<Dispute>, ProviderError>> {
        Box::pin(self.disputes_about(payment))
    }

    fn payment_of<'p>(
        &'p self,
        reference: &'p str,
    ) -> BoxFuture<'p, Result<Option<PaymentId>, ProviderError>> {
        Box::pin(self.owner_of(reference))
    }

    fn read_notice(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<Message>, ForgedNotice> {
        signature::verify(headers, body, now, &self.webhook_secret)?;
        Ok(notice::read(body))
    }
}

/// The instant that Stripe writes as seconds UTC.
fn instant(seconds: Option<i64>) -> Option<Timestamp> {
    Some(Timestamp::from_millis(seconds?.checked_mul(1_000)?))
}

/// An answer under the name by which Stripe knows the payment.
fn named(outcome: Outcome, reference: &str) -> Answer {
    Answer {
        reference: Some(reference.to_owned()),
        ..outcome.into()
    }
}
