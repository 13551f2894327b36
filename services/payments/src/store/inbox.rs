//! The provider's messages.

use contracts::{PaymentId, Timestamp};
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
        "INSERT INTO webhook_inbox (event_id, payment_id, outcome, received_at) VALUES ($1, $2, $3, $4)
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

/// Notes that something was heard about a payment which changed nothing else: answers to questions that began before it are
/// older than what is known now.
pub(crate) async fn note_message(db: &mut SqliteConnection, payment: PaymentId) -> Result<(), PaymentsError> {
    let id = payment.to_string();
    let done = sqlx::query!("UPDATE payments SET revision = revision + 1 WHERE id = $1", id)
        .execute(db)
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(PaymentsError::Conflict(payment))
    }
}
