//! Giving money back.
//!
//! A refund may stay pending for days, and it may fail days after it had succeeded, when the bank sends the money back to the
//! account (<https://docs.stripe.com/refunds#failed-refunds>). What has become of the money is therefore read from the
//! refunds as they stand, and not from the answer to the request that once made one.

use super::objects::{Page, Refund};
use super::{PAYMENT_ID, StripePayments, named};
use crate::provider::Outcome;
use crate::{Answer, Payment, ProviderError};

const PATH: &str = "/v1/refunds";

/// Refunds of one PaymentIntent that are read. It has one, unless somebody gives back parts of it at Stripe's own page.
const MOST: &str = "100";

impl StripePayments {
    /// Gives back all of a PaymentIntent that has not gone back yet. A refund that failed is not made again: the card does
    /// not take the money, and somebody must give it back in another way. That is an error until a refund has succeeded.
    pub(super) async fn refund_intent(
        &self,
        payment: &Payment,
        intent: &str,
    ) -> Result<Answer, ProviderError> {
        let query = [("payment_intent", intent), ("limit", MOST)];
        let page: Page<Refund> = self.client.get(PATH, &query).await?.done()?;
        let refunds_that = |wanted| page.data.iter().filter(move |refund| outcome(refund) == wanted);
        let returned: i64 = refunds_that(Some(Outcome::Refunded))
            .map(|refund| refund.amount)
            .sum();
        if returned >= payment.amount.cents() {
            return Ok(named(Outcome::Refunded, intent));
        }
        let undone = refunds_that(None)
            .chain(refunds_that(Some(Outcome::RefundFailed)))
            .next();
        let made;
        let refund = match undone {
            Some(refund) => refund,
            None => {
                made = self.make_refund(payment, intent).await?;
                &made
            }
        };
        match outcome(refund) {
            Some(Outcome::RefundFailed) => Err(ProviderError(format!(
                "the refund {} failed at Stripe: {}; the money must be given back in another way",
                refund.id,
                refund.failure_reason.as_deref().unwrap_or("no reason given"),
            ))),
            Some(refunded) => Ok(named(refunded, intent)),
            // Not certain yet: the money is still where it was.
            None => Ok(named(Outcome::Succeeded, intent)),
        }
    }

    async fn make_refund(&self, payment: &Payment, intent: &str) -> Result<Refund, ProviderError> {
        let id = payment.id.to_string();
        let metadata = format!("metadata[{PAYMENT_ID}]");
        let form = [("payment_intent", intent), (&metadata, &id)];
        let key = format!("refund-{id}");
        self.client.post(PATH, &form, Some(&key)).await?.done()
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
