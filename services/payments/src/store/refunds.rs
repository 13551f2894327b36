//! What is known of the requests for refunds.

use contracts::PaymentId;
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::PaymentsError;

/// How many requests for the refund of a payment are known to have ended without one.
pub(crate) async fn ended_refund_requests(
    db: impl SqliteExecutor<'_>,
    payment: PaymentId,
) -> Result<u32, PaymentsError> {
    let id = payment.to_string();
    let ended = sqlx::query_scalar!("SELECT ended FROM refund_requests WHERE payment_id = $1", id)
        .fetch_optional(db)
        .await?;
    u32::try_from(ended.unwrap_or_default()).map_err(|_| PaymentsError::Corrupt { id, reason: "ended" })
}

/// Notes that the request after so many has ended without a refund. Noted twice it is one all the same.
pub(crate) async fn end_refund_request(
    db: &mut SqliteConnection,
    payment: PaymentId,
    ended: u32,
) -> Result<(), PaymentsError> {
    let (id, ended) = (payment.to_string(), i64::from(ended) + 1);
    sqlx::query!(
        "INSERT INTO refund_requests (payment_id, ended) VALUES ($1, $2)
         ON CONFLICT (payment_id) DO UPDATE SET ended = excluded.ended WHERE excluded.ended > ended",
        id,
        ended,
    )
    .execute(db)
    .await?;
    Ok(())
}
