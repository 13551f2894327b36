//! The inbox of webhooks.

use contracts::{PaymentId, Timestamp};
use serde::Serialize;

use super::WebhookInbox;
use crate::error::PaymentsError;

/// A webhook that is received in this transaction.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReceivedEvent {
    pub(crate) event_id: String,
    pub(crate) payment_id: PaymentId,
    /// What it reports, as it is named in the database.
    pub(crate) outcome: &'static str,
}

impl WebhookInbox<'_> {
    /// Those of these events that were received before.
    pub(crate) async fn known(&mut self, event_ids: &[String]) -> Result<Vec<String>, PaymentsError> {
        let event_ids = serde_json::to_string(event_ids)?;
        let known = event_log::query_scalar!(
            "SELECT event_id FROM webhook_inbox WHERE event_id IN (SELECT r.value FROM json_each($1) AS r)",
            event_ids,
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(known)
    }

    /// Records events that were received at that instant. One that was recorded before violates the primary key.
    pub(crate) async fn insert_all(
        &mut self,
        events: &[ReceivedEvent],
        now: Timestamp,
    ) -> Result<(), PaymentsError> {
        if events.is_empty() {
            return Ok(());
        }
        let (events, now) = (serde_json::to_string(events)?, now.as_millis());
        event_log::query!(
            "INSERT INTO webhook_inbox (event_id, payment_id, outcome, received_at)
             SELECT r.value->>'event_id', r.value->>'payment_id', r.value->>'outcome', $2 FROM jsonb_each($1) AS r ORDER BY r.key",
            events,
            now,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
