//! Refunds.
//!
//! A refund may stay pending for days, and it may fail days after it succeeded, when the bank returns the money to the
//! account (<https://docs.stripe.com/refunds#failed-refunds>). Its outcome is therefore read from the current list of refunds,
//! and not from the response to the request that created it.
//!
//! A refund is this service's own if its metadata has the payment's id. Those made elsewhere, in Stripe's dashboard
//! for instance, reduce the amount that remains to be refunded, and have no other effect. One that failed or was
//! cancelled counts as never made, regardless of its origin.

use std::ops::ControlFlow;

use super::objects::Refund;
use super::{PAYMENT_ID, Reply, StripePayments, state_of};
use crate::domain::Payment;
use crate::provider::{ChargeState, ProviderError};
use crate::provider::{Outcome, RefundError};

const PATH: &str = "/v1/refunds";

/// After this many failed refunds no more are made: the card does not accept the money, and it must be returned in another
/// way.
const MAX_FAILED_REFUNDS: usize = 10;

/// The error code of a refund while its charge is disputed, and after the dispute was lost. <https://docs.stripe.com/error-codes>
const CHARGE_DISPUTED: &str = "charge_disputed";

/// The refunds of a PaymentIntent, added up.
#[derive(Debug, Default)]
struct Refunds {
    /// The amount that was certainly refunded, in cents.
    refunded: i64,
    /// The pending amount, in cents.
    pending: i64,
    /// How many this service has made, whatever their outcome.
    ours: usize,
    /// Whether one of those is pending.
    is_own_pending: bool,
    /// Those of them that failed, the newest first.
    failed: Vec<Refund>,
}

impl Refunds {
    fn add(&mut self, refund: Refund, is_own: bool) {
        self.ours += usize::from(is_own);
        match outcome(&refund) {
            Some(Outcome::Refunded) => self.refunded += refund.amount,
            Some(_) if is_own => self.failed.push(refund),
            Some(_) => {}
            None => {
                self.pending += refund.amount;
                self.is_own_pending |= is_own;
            }
        }
    }
}

impl StripePayments {
    /// Refunds the remaining amount of a PaymentIntent. `rejected` is the number of earlier requests that were rejected.
    pub(super) async fn refund_intent(
        &self,
        payment: &Payment,
        intent: &str,
        rejected: u32,
    ) -> Result<ChargeState, RefundError> {
        let refunds = self.refunds_of(payment, intent).await?;
        let amount = payment.amount.cents();
        if refunds.refunded >= amount {
            return Ok(state_of(Outcome::Refunded, intent));
        }
        let rest = amount - refunds.refunded - refunds.pending;
        if refunds.is_own_pending || rest <= 0 {
            // Not certain yet.
            return Ok(state_of(Outcome::Succeeded, intent));
        }
        if let Some(newest) = refunds
            .failed
            .first()
            .filter(|_| refunds.failed.len() >= MAX_FAILED_REFUNDS)
        {
            let error = ProviderError::from(Failed(newest));
            return Err(RefundError::Unknown(ProviderError(format!(
                "{error}; {} refunds have failed, and the money must be returned in another way",
                refunds.failed.len()
            ))));
        }
        let number = u64::from(rejected) + u64::try_from(refunds.ours).unwrap_or(u64::MAX);
        let made = self.make_refund(payment, intent, rest, number).await?;
        match outcome(&made) {
            Some(Outcome::Refunded) if refunds.refunded + made.amount >= amount => {
                Ok(state_of(Outcome::Refunded, intent))
            }
            Some(Outcome::RefundFailed) => Err(RefundError::Unknown(Failed(&made).into())),
            _ => Ok(state_of(Outcome::Succeeded, intent)),
        }
    }

    async fn refunds_of(&self, payment: &Payment, intent: &str) -> Result<Refunds, ProviderError> {
        let mut refunds = Refunds::default();
        let query = [("payment_intent", intent)];
        self.scan_list(PATH, &query, payment.id, |item| {
            let is_own = item.payment() == Some(payment.id);
            if let Some(refund) = item.read(payment.id)? {
                refunds.add(refund, is_own);
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(refunds)
    }

    /// Requests a refund.
    ///
    /// A request whose response was lost may have been executed, or may still be: it is retried under the same key, which is why
    /// the key is derived from the content of the request. Stripe stores every response under its key for a day, including rejections and
    /// failures. So a new request needs a new key, and is only made once the earlier one has certainly ended: it
    /// has created one of the existing refunds, or it was rejected, or Stripe failed to process it and there is no refund of it
    /// now. If that failure creates a refund after all, no money is lost: the amount is always all that remains, and Stripe
    /// refunds no more than that.
    async fn make_refund(
        &self,
        payment: &Payment,
        intent: &str,
        amount: i64,
        number: u64,
    ) -> Result<Refund, RefundError> {
        let (id, amount) = (payment.id.to_string(), amount.to_string());
        let metadata = format!("metadata[{PAYMENT_ID}]");
        let form = [("payment_intent", intent), ("amount", &amount), (&metadata, &id)];
        let key = format!("refund-{id}-{amount}-{number}");
        match self.client.post(PATH, &form, Some(&key)).await? {
            Reply::Done(refund) => Ok(refund),
            Reply::Refused(refused) => Err(RefundError::Rejected {
                is_disputed: refused.error.code.as_deref() == Some(CHARGE_DISPUTED),
                error: refused.into(),
            }),
            Reply::ServerError(error) => Err(RefundError::Rejected {
                error,
                is_disputed: false,
            }),
        }
    }
}

/// A failed refund, as an error.
struct Failed<'r>(&'r Refund);

impl From<Failed<'_>> for ProviderError {
    fn from(Failed(refund): Failed<'_>) -> Self {
        Self(format!(
            "the refund {} failed at Stripe: {}",
            refund.id,
            refund.failure_reason.as_deref().unwrap_or("no reason given"),
        ))
    }
}

/// The outcome of a refund; `None` while that is not certain.
pub(super) fn outcome(refund: &Refund) -> Option<Outcome> {
    match refund.status.as_deref() {
        Some("succeeded") => Some(Outcome::Refunded),
        Some("failed" | "canceled") => Some(Outcome::RefundFailed),
        _ => None,
    }
}
