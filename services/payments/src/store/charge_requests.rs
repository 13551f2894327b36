//! When a charge was last requested, by the running time of the database: by time that has certainly passed.

use contracts::PaymentId;

use super::PaymentStore;
use crate::error::PaymentsError;

impl PaymentStore<'_> {
    /// Records that a charge is about to be requested, at that running time of the database in milliseconds.
    pub(crate) async fn set_charge_requested(
        &mut self,
        id: PaymentId,
        running_time_ms: i64,
    ) -> Result<(), PaymentsError> {
        let payment_id = id.to_string();
        let done = sqlx::query!(
            "UPDATE payments SET charge_requested_at_age = $1 WHERE id = $2",
            running_time_ms,
            payment_id,
        )
        .execute(&mut *self.0)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(PaymentsError::Conflict(id))
        }
    }

    /// The running time of the database, in milliseconds, when a charge was last requested.
    pub(crate) async fn charge_requested_at_running_ms(
        &mut self,
        id: PaymentId,
    ) -> Result<i64, PaymentsError> {
        let id = id.to_string();
        let running_time_ms =
            sqlx::query_scalar!("SELECT charge_requested_at_age FROM payments WHERE id = $1", id)
                .fetch_one(&mut *self.0)
                .await?;
        Ok(running_time_ms)
    }
}
