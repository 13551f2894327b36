//! What this service asks of a payment provider.

mod dispute;
mod message;
mod stripe;
mod test;

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{MinimumPrice, PaymentFailure, PaymentId, Timestamp};
use event_log::BoxFuture;

pub use dispute::Dispute;
pub use message::{DisputeNotice, FailedRefund, Message, Notice};
pub use stripe::{InvalidSetting, SecretKey, StripeConfig, StripePayments, WebhookSecret};
pub use test::{OnTestCharge, TestPayments};

use crate::Payment;

/// Moves money. Every call may be repeated: the keys that an implementation sends are derived from the payment, so that a
/// repetition moves no money again.
pub trait Provider: Send + Sync + 'static {
    /// Its name, for people.
    fn name(&self) -> &'static str;

    /// Whether buyers pay on a page of its own, [`Method::Hosted`](crate::Method::Hosted), rather than with a token.
    fn is_hosted(&self) -> bool;

    /// For how long after it was asked for a charge may still be carried out, at the most: as long as the provider knows the
    /// key that it was asked for under. Before that, that it does not know a payment is no refusal.
    fn charge_lifetime(&self) -> Duration;

    /// The least that it can charge.
    fn minimum_price(&self) -> MinimumPrice {
        MinimumPrice::default()
    }

    /// Asks for the money of a payment.
    fn charge<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Answer, ProviderError>>;

    /// What became of a payment; `None` if the provider does not know it, so far.
    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<Answer>, ProviderError>>;

    /// Takes back a payment that is not decided, and says what became of it: one that is decided stays as it is.
    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Answer, ProviderError>>;

    /// Gives the money of a payment back. The answer is [`Outcome::Refunded`] once it is certain that it goes back, and
    /// [`Outcome::RefundFailed`] if it is certain that it does not, so far: the payment stays open and shows.
    ///
    /// `ended` says how many requests of before have ended with [`RefundError::Ended`]: under their keys nothing else is to be
    /// had, so this one is another request.
    fn refund<'p>(&'p self, payment: &'p Payment, ended: u32) -> BoxFuture<'p, Result<Answer, RefundError>>;

    /// The disputes about a payment, as they stand.
    fn disputes<'p>(&'p self, _payment: &'p Payment) -> BoxFuture<'p, Result<Vec<Dispute>, ProviderError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// The payment that a message about a dispute calls by the provider's name; `None` if it is not this service's.
    fn payment_of<'p>(
        &'p self,
        _reference: &'p str,
    ) -> BoxFuture<'p, Result<Option<PaymentId>, ProviderError>> {
        Box::pin(async { Ok(None) })
    }

    /// Reads a message of the provider that came over HTTP; `None` if it is about nothing of interest, or is not to be
    /// understood: whatever is genuine is received.
    ///
    /// # Errors
    /// [`ForgedNotice`] if it is not the provider's, or too old.
    fn read_notice(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<Message>, ForgedNotice>;
}

/// What the provider says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What became of it.
    pub outcome: Outcome,
    /// When the money was taken, by the provider's own record, if it was and that is known.
    pub succeeded_at: Option<Timestamp>,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// The page where the buyer goes on.
    pub redirect_url: Option<String>,
}

/// What became of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is not decided.
    Processing,
    /// The money was taken.
    Succeeded,
    /// It was refused, for good.
    Failed(PaymentFailure),
    /// The money went back.
    Refunded,
    /// Money that had been said to go back did not reach its owner, and is to be given back once more.
    RefundFailed,
}

impl Outcome {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
            Self::Refunded => "refunded",
            Self::RefundFailed => "refund_failed",
        }
    }
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            succeeded_at: None,
            reference: None,
            redirect_url: None,
        }
    }
}

/// The provider did not answer, or not with an answer: whether it did what it was asked for is not known.
#[derive(Debug, thiserror::Error)]
#[error("the payment provider did not answer: {0}")]
pub struct ProviderError(pub String);

/// Why a refund was not asked for, or what became of it is not known.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// The provider has ended with this request for certain, and nothing will come of it any more. It would say the same under
    /// the same key.
    #[error("{problem}")]
    Ended {
        /// What it said.
        problem: ProviderError,
        /// Whether it refuses because of a dispute.
        is_disputed: bool,
    },
    /// It may have been made.
    #[error(transparent)]
    Unknown(#[from] ProviderError),
}

/// A message that is not the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ForgedNotice(pub &'static str);
