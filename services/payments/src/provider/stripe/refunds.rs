//! Giving money back.
//!
//! A refund may stay pending for days, and it may fail days after it had succeeded, when the bank sends the money back to the
//! account (<https://docs.stripe.com/refunds#failed-refunds>). What has become of the money is therefore read from the
//! refunds as they stand, and not from the answer to the request that once made one.
//!
//! A refund is this service's own if its metadata has the payment's id. Those that somebody else makes, at Stripe's own page
//! for instance, lower what is left to give back, and are not waited for or made up for otherwise. One that failed or was
//! cancelled counts as never made, whoever made it.

use std::ops::ControlFlow;

use super::objects::Refund;
use super::{PAYMENT_ID, Reply, StripePayments, named};
use crate::provider::{Outcome, RefundError};
use crate::{Answer, Payment, ProviderError};

const PATH: &str = "/v1/refunds";

/// After how many refunds that failed no other one is made: the card does not take the money, and somebody must give it back
/// in another way.
const MOST_FAILURES: usize = 10;

/// Why Stripe refuses a refund while a charge is disputed, and after it was lost. <https://docs.stripe.com/error-codes>
const CHARGE_DISPUTED: &str = "charge_disputed";

/// The refunds of a PaymentIntent, added up.
#[derive(Debug, Default)]
struct Refunds {
    /// What is certain to have gone back, in cents.
    returned: i64,
    /// What may be on its way back, in cents.
    pending: i64,
    /// How many this service has made, whatever became of them.
    ours: usize,
    /// Whether one of those is still on its way.
    is_ours_pending: bool,
    /// Those of them that came to nothing, the newest first.
    failed: Vec<Refund>,
}

impl Refunds {
    fn add(&mut self, refund: Refund, is_ours: bool) {
        self.ours += usize::from(is_ours);
        match outcome(&refund) {
            Some(Outcome::Refunded) => self.returned += refund.amount,
            Some(_) if is_ours => self.failed.push(refund),
            Some(_) => {}
            None => {
                self.pending += refund.amount;
                self.is_ours_pending |= is_ours;
            }
        }
    }
}

impl StripePayments {
    /// Gives back all of a PaymentIntent that has not gone back yet. So many requests of before are known to have `ended`
    /// without a refund.
    pub(super) async fn refund_intent(
        &self,
        payment: &Payment,
        intent: &str,
        ended: u32,
    ) -> Result<Answer, RefundError> {
        let refunds = self.refunds_of(payment, intent).await?;
        let amount = payment.amount.cents();
        if refunds.returned >= amount {
            return Ok(named(Outcome::Refunded, intent));
        }
        let rest = amount - refunds.returned - refunds.pending;
        if refunds.is_ours_pending || rest <= 0 {
            // Not certain yet: the money is still where it was.
            return Ok(named(Outcome::Succeeded, intent));
        }
        if let Some(newest) = refunds
            .failed
            .first()
            .filter(|_| refunds.failed.len() >= MOST_FAILURES)
        {
            let problem = ProviderError::from(Failed(newest));
            return Err(RefundError::Unknown(ProviderError(format!(
                "{problem}; {} refunds have failed, and the money must be given back in another way",
                refunds.failed.len()
            ))));
        }
        let number = u64::from(ended) + u64::try_from(refunds.ours).unwrap_or(u64::MAX);
        let made = self.make_refund(payment, intent, rest, number).await?;
        match outcome(&made) {
            Some(Outcome::Refunded) if refunds.returned + made.amount >= amount => {
                Ok(named(Outcome::Refunded, intent))
            }
            Some(Outcome::RefundFailed) => Err(RefundError::Unknown(Failed(&made).into())),
            _ => Ok(named(Outcome::Succeeded, intent)),
        }
    }

    async fn refunds_of(&self, payment: &Payment, intent: &str) -> Result<Refunds, ProviderError> {
        let mut refunds = Refunds::default();
        let query = [("payment_intent", intent)];
        self.look_through(PATH, &query, payment.id, |item| {
            let is_ours = item.payment() == Some(payment.id);
            if let Some(refund) = item.read(payment.id)? {
                refunds.add(refund, is_ours);
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(refunds)
    }

    /// Asks for a refund.
    ///
    /// A request whose answer was lost may have been carried out, or may still be: it is repeated under its key, which is why
    /// the key is made of what the request is. Stripe keeps an answer under its key for a day, a refusal and a failure too.
    /// So another request needs another key, and it is one only where the one of before is known to have come to its end: it
    /// has made one of the refunds that there are, or it was refused, or Stripe failed with it and no refund of it is there
    /// now. If one came of that failure after all, no money is lost: what is asked for is always all that is left, and Stripe
    /// gives back no more than that.
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
            Reply::Refused(refused) => Err(RefundError::Ended {
                is_disputed: refused.error.code.as_deref() == Some(CHARGE_DISPUTED),
                problem: refused.into(),
            }),
            Reply::Broke(problem) => Err(RefundError::Ended {
                problem,
                is_disputed: false,
            }),
        }
    }
}

/// A refund that came to nothing, as a reason.
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

/// What became of a refund; `None` while that is not certain.
pub(super) fn outcome(refund: &Refund) -> Option<Outcome> {
    match refund.status.as_deref() {
        Some("succeeded") => Some(Outcome::Refunded),
        Some("failed" | "canceled") => Some(Outcome::RefundFailed),
        _ => None,
    }
}
