//! The interface to payment providers.

mod dispute;
mod stripe;
mod test;
mod webhook_event;

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{MinimumPrice, PaymentFailure, PaymentId, Timestamp};
use event_log::BoxFuture;
use strum::IntoStaticStr;

pub use dispute::ProviderDispute;
pub use stripe::{InvalidSetting, SecretKey, StripeConfig, StripePayments, WebhookSecret};
pub use test::{TestPayments, charge_update};
pub use webhook_event::{ChargeUpdate, DisputeUpdate, ExternalRefundFailure, WebhookEvent};

use crate::domain::Payment;

/// A payment provider. Every call may be repeated: implementations derive their idempotency keys from the payment, so that a
/// repetition moves no money again.
pub trait Provider: Send + Sync + 'static {
    /// Its name, as it is stored with each payment.
    fn name(&self) -> &'static str;

    /// Whether buyers pay on the provider's page, [`Method::Hosted`](crate::Method::Hosted), rather than with a token.
    fn is_hosted(&self) -> bool;

    /// The token of a card that a buyer types here, if there is such a card. Only for a provider that is not hosted.
    fn token_of(&self, _card_number: &str) -> Option<String> {
        None
    }

    /// How long after the request a charge may still be executed, at most: the lifetime of the provider's idempotency keys. Until
    /// then, a payment that the provider does not know has not failed.
    fn charge_lifetime(&self) -> Duration;

    /// The lowest price that it can charge.
    fn minimum_price(&self) -> MinimumPrice {
        MinimumPrice::default()
    }

    /// Charges a payment.
    fn charge<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>>;

    /// The state of a payment; `None` if the provider does not know it (yet).
    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<ChargeState>, ProviderError>>;

    /// Cancels an undecided payment and returns its state: one that is decided stays as it is.
    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>>;

    /// Refunds a payment. The outcome is [`Outcome::Refunded`] once the refund is certain, and [`Outcome::RefundFailed`] if it
    /// has certainly failed so far: the payment stays open and is reported.
    ///
    /// `rejected` is the number of earlier requests that ended with [`RefundError::Rejected`]: under their keys the response would
    /// always be the same, so this one needs a new key.
    fn refund<'p>(
        &'p self,
        payment: &'p Payment,
        rejected: u32,
    ) -> BoxFuture<'p, Result<ChargeState, RefundError>>;

    /// The disputes about a payment, in their current state.
    fn disputes<'p>(
        &'p self,
        _payment: &'p Payment,
    ) -> BoxFuture<'p, Result<Vec<ProviderDispute>, ProviderError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// The payment that a webhook about a dispute refers to by the provider's id; `None` if it is not one of ours.
    fn payment_of<'p>(
        &'p self,
        _reference: &'p str,
    ) -> BoxFuture<'p, Result<Option<PaymentId>, ProviderError>> {
        Box::pin(async { Ok(None) })
    }

    /// Verifies and parses a webhook; `None` if it is irrelevant or cannot be parsed: every correctly signed one is acknowledged.
    ///
    /// # Errors
    /// [`InvalidWebhook`] if it is not the provider's, or too old.
    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<WebhookEvent>, InvalidWebhook>;
}

/// The state of a payment at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeState {
    /// The outcome so far.
    pub outcome: Outcome,
    /// When the charge succeeded, by the provider's clock, if it did and that is known.
    pub succeeded_at: Option<Timestamp>,
    /// The provider's id of it.
    pub reference: Option<String>,
    /// The page where the buyer continues.
    pub redirect_url: Option<String>,
}

/// The outcome of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// Undecided.
    Processing,
    /// Charged.
    Succeeded,
    /// Failed permanently.
    Failed(PaymentFailure),
    /// Refunded.
    Refunded,
    /// A refund failed: the buyer does not have the money, and must be refunded again.
    RefundFailed,
}

impl Outcome {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<Outcome> for ChargeState {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            succeeded_at: None,
            reference: None,
            redirect_url: None,
        }
    }
}

/// The provider returned no usable response: whether it executed the request is unknown.
#[derive(Debug, thiserror::Error)]
#[error("the payment provider returned no usable response: {0}")]
pub struct ProviderError(pub String);

/// Why a refund was not made, or its outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// The provider has certainly rejected this request. It would respond the same under the same key.
    #[error("{error}")]
    Rejected {
        /// The response.
        error: ProviderError,
        /// Whether a dispute is the reason.
        is_disputed: bool,
    },
    /// The refund may have been made.
    #[error(transparent)]
    Unknown(#[from] ProviderError),
}

/// A webhook that is not the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidWebhook(pub &'static str);
