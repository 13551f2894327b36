//! Refund requests that the provider rejected.

use contracts::PaymentId;
use serde::Serialize;

use super::{PaymentStore, Queries};
use crate::error::PaymentsError;

/// How many requests for the refund of a payment the provider has rejected.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct RejectedRefund {
    pub(crate) payment_id: PaymentId,
    /// The last one included.
    pub(crate) ended: u32,
}

impl Queries<'_> {
    /// How many refund requests for a payment the provider has rejected.
    pub(crate) async fn rejected_refund_requests(&self, payment: PaymentId) -> Result<u32, PaymentsError> {
        let id = payment.to_string();
        let ended = event_log::query_scalar!("SELECT ended FROM refund_requests WHERE payment_id = $1", id)
            .fetch_optional(self.0)
            .await?;
        u32::try_from(ended.unwrap_or_default()).map_err(|_| PaymentsError::Corrupt { id, reason: "ended" })
    }
}

impl PaymentStore<'_> {
    /// Records rejected requests. The number of a payment never falls: recording one twice counts once.
    pub(crate) async fn save_rejected_refunds(
        &mut self,
        rejected: &[RejectedRefund],
    ) -> Result<(), PaymentsError> {
        if rejected.is_empty() {
            return Ok(());
        }
        let rejected = serde_json::to_string(rejected)?;
        // A payment can be among them twice, and PostgreSQL refuses an upsert that touches a row twice.
        event_log::query!(
            "INSERT INTO refund_requests (payment_id, ended)
             SELECT r.value->>'payment_id', max(CAST(r.value->>'ended' AS BIGINT)) FROM jsonb_each($1) AS r
             GROUP BY r.value->>'payment_id' ORDER BY r.value->>'payment_id'
             ON CONFLICT (payment_id) DO UPDATE SET ended = excluded.ended WHERE excluded.ended > refund_requests.ended",
            rejected,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
