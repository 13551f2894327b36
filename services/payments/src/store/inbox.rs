//! The provider's messages.

use contracts::{PaymentId, Timestamp};
use sqlx::SqliteConnection;

use crate::provider::Outcome;
use crate::{Notice, PaymentsError};

/// Takes a message in; false if it was taken in before.
pub(crate) async fn receive(
    db: &mut SqliteConnection,
    notice: &Notice,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    receive_as(
        db,
        &notice.event_id,
        notice.payment,
        notice.answer.outcome.as_str(),
        now,
    )
    .await
}

/// Takes a message about a dispute in; false if it was taken in before.
pub(crate) async fn receive_dispute(
    db: &mut SqliteConnection,
    event_id: &str,
    payment: PaymentId,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    receive_as(db, event_id, payment, "disputed", now).await
}

/// Takes in that a refund of somebody else's has failed; false if that was taken in before.
pub(crate) async fn receive_refund_of_others(
    db: &mut SqliteConnection,
    event_id: &str,
    payment: PaymentId,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    receive_as(db, event_id, payment, Outcome::RefundFailed.as_str(), now).await
}

async fn receive_as(
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
