//! Giving money back.

use super::objects::Refund;
use super::{PAYMENT_ID, Reply, StripePayments, named};
use crate::provider::Outcome;
use crate::{Answer, Payment, ProviderError};

const PATH: &str = "/v1/refunds";

impl StripePayments {
    /// Gives back all of a PaymentIntent that has not gone back yet. Stripe never gives back more than was taken, so this
    /// is safe to repeat even after its idempotency key is forgotten.
    pub(super) async fn refund_intent(
        &self,
        payment: &Payment,
        intent: &str,
    ) -> Result<Answer, ProviderError> {
        let id = payment.id.to_string();
        let metadata = format!("metadata[{PAYMENT_ID}]");
        let form = [("payment_intent", intent), (&metadata, &id)];
        let made = self
            .client
            .post::<Refund>(PATH, &form, Some(&format!("refund-{id}")))
            .await?;
        let refund: Refund = match made {
            // Under its key the request is answered as it was the first time: how things stand now must be asked for.
            Reply::Done(Refund { id, .. }) => self.client.get(&format!("{PATH}/{id}"), &[]).await?.done()?,
            Reply::Refused(refused) if refused.is("charge_already_refunded") => {
                return Ok(named(Outcome::Refunded, intent));
            }
            Reply::Refused(refused) => return Err(refused.into()),
        };
        match outcome(&refund) {
            Some(Outcome::RefundFailed) => Err(ProviderError(format!(
                "the refund {} failed at Stripe: {}",
                refund.id,
                refund.failure_reason.as_deref().unwrap_or("no reason given"),
            ))),
            Some(refunded) => Ok(named(refunded, intent)),
            // Not certain yet: the money is still where it was.
            None => Ok(named(Outcome::Succeeded, intent)),
        }
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
