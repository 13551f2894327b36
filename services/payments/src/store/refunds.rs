//! Refund requests that the provider rejected.

use contracts::PaymentId;

use super::{PaymentStore, Queries};
use crate::error::PaymentsError;

impl Queries<'_> {
    /// How many refund requests for a payment the provider has rejected.
    pub(crate) async fn rejected_refund_requests(&self, payment: PaymentId) -> Result<u32, PaymentsError> {
        let id = payment.to_string();
        let ended = sqlx::query_scalar!("SELECT ended FROM refund_requests WHERE payment_id = $1", id)
            .fetch_optional(self.0)
            .await?;
        u32::try_from(ended.unwrap_or_default()).map_err(|_| PaymentsError::Corrupt { id, reason: "ended" })
    }
}

impl PaymentStore<'_> {
    /// Records that the request after `rejected` earlier ones was rejected. Recording it twice counts once.
    pub(crate) async fn record_rejected_refund_request(
        &mut self,
        payment: PaymentId,
        rejected: u32,
    ) -> Result<(), PaymentsError> {
        let (id, ended) = (payment.to_string(), i64::from(rejected) + 1);
        sqlx::query!(
            "INSERT INTO refund_requests (payment_id, ended) VALUES ($1, $2)
         ON CONFLICT (payment_id) DO UPDATE SET ended = excluded.ended WHERE excluded.ended > ended",
            id,
            ended,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
