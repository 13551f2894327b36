//! The provider's messages.

use contracts::Timestamp;
use sqlx::SqliteConnection;

use crate::{Notice, PaymentsError};

/// Takes a message in; false if it was taken in before.
pub(crate) async fn receive(
    db: &mut SqliteConnection,
    notice: &Notice,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    let payment = notice.payment.to_string();
    let (outcome, now) = (notice.answer.outcome.as_str(), now.as_millis());
    let done = sqlx::query!(
        "INSERT INTO webhook_inbox (event_id, payment_id, outcome, received_at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO NOTHING",
        notice.event_id,
        payment,
        outcome,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
