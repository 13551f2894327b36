//! The inbox of webhooks.

use contracts::{PaymentId, Timestamp};
use sqlx::SqliteConnection;

use super::{PaymentStore, WebhookInbox};
use crate::error::PaymentsError;
use crate::provider::ChargeUpdate;
use crate::provider::Outcome;

async fn insert(
    db: &mut SqliteConnection,
    event_id: &str,
    payment: PaymentId,
    outcome: &str,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    let (payment, now) = (payment.to_string(), now.as_millis());
    let done = sqlx::query!(
        "INSERT INTO webhook_inbox (event_id, payment_id, outcome, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        event_id,
        payment,
        outcome,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

impl WebhookInbox<'_> {
    /// Records an event about a payment; false if it was recorded before.
    pub(crate) async fn receive(
        &mut self,
        update: &ChargeUpdate,
        now: Timestamp,
    ) -> Result<bool, PaymentsError> {
        insert(
            &mut *self.0,
            &update.event_id,
            update.payment,
            update.state.outcome.as_str(),
            now,
        )
        .await
    }

    /// Records an event about a dispute; false if it was recorded before.
    pub(crate) async fn receive_dispute(
        &mut self,
        event_id: &str,
        payment: PaymentId,
        now: Timestamp,
    ) -> Result<bool, PaymentsError> {
        insert(&mut *self.0, event_id, payment, "disputed", now).await
    }

    /// Records the failure of an external refund; false if it was recorded before.
    pub(crate) async fn receive_external_refund_failure(
        &mut self,
        event_id: &str,
        payment: PaymentId,
        now: Timestamp,
    ) -> Result<bool, PaymentsError> {
        insert(
            &mut *self.0,
            event_id,
            payment,
            Outcome::RefundFailed.as_str(),
            now,
        )
        .await
    }
}

impl PaymentStore<'_> {
    /// Increments the revision of a payment after an event that changed nothing else: the response to a call that began before it is
    /// outdated.
    pub(crate) async fn bump_revision(&mut self, payment: PaymentId) -> Result<(), PaymentsError> {
        let id = payment.to_string();
        let done = sqlx::query!("UPDATE payments SET revision = revision + 1 WHERE id = $1", id)
            .execute(&mut *self.0)
            .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(PaymentsError::Conflict(payment))
        }
    }
}
