//! Payments that have not come to their end.

use contracts::{OrderId, Timestamp};
use sqlx::{SqliteExecutor, SqlitePool};

use super::PaymentRow;
use crate::{Payment, PaymentsError};

/// How the payments of an order stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// How many there are.
    pub(crate) attempts: i64,
    /// Whether one has succeeded.
    pub(crate) is_paid: bool,
    /// Whether one is not decided.
    pub(crate) is_open: bool,
}

pub(crate) async fn standing(db: impl SqliteExecutor<'_>, order: OrderId) -> Result<Standing, PaymentsError> {
    let order = order.to_string();
    let standing = sqlx::query_as!(
        Standing,
        r#"SELECT count(*) AS "attempts!: i64",
               coalesce(max(status = 'succeeded'), 0) AS "is_paid!: bool",
               coalesce(max(status IN ('intended', 'processing')), 0) AS "is_open!: bool"
           FROM payments WHERE order_id = ?"#,
        order,
    )
    .fetch_one(db)
    .await?;
    Ok(standing)
}

/// Payments of a provider about which it is to be asked now, the longest overdue first: those whose money must go back, or the
/// others. A time later than `horizon` was written by a clock that was wrong, and counts as now.
pub(crate) async fn due(
    db: &SqlitePool,
    provider: &str,
    are_refunds: bool,
    now: Timestamp,
    horizon: Timestamp,
    limit: i64,
) -> Result<Vec<Payment>, PaymentsError> {
    let (now, horizon) = (now.as_millis(), horizon.as_millis());
    let rows = sqlx::query_as!(
        PaymentRow,
        "SELECT id, order_id, buyer_id, amount_cents, status, failure, provider, token, return_url, reference, redirect_url,
             succeeded_at, refund_failed_at, may_be_charged_until, version, revision, next_check_at, attempts, last_error,
             created_at, updated_at
         FROM payments
         WHERE provider = $1 AND next_check_at IS NOT NULL AND (next_check_at <= $2 OR next_check_at > $3)
             AND (status = 'refunding') = $4
         ORDER BY next_check_at LIMIT $5",
        provider,
        now,
        horizon,
        are_refunds,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// When a provider is to be asked about a payment next, if there is one.
pub(crate) async fn next_due(db: &SqlitePool, provider: &str) -> Result<Option<Timestamp>, PaymentsError> {
    let next = sqlx::query_scalar!(
        "SELECT next_check_at FROM payments
         WHERE provider = ? AND next_check_at IS NOT NULL ORDER BY next_check_at LIMIT 1",
        provider,
    )
    .fetch_optional(db)
    .await?;
    Ok(next.flatten().map(Timestamp::from_millis))
}

/// When the next question comes that does not come yet.
pub(crate) async fn next_due_after(
    db: &SqlitePool,
    provider: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, PaymentsError> {
    let now = now.as_millis();
    let next = sqlx::query_scalar!(
        "SELECT next_check_at FROM payments
         WHERE provider = $1 AND next_check_at > $2 ORDER BY next_check_at LIMIT 1",
        provider,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(next.flatten().map(Timestamp::from_millis))
}

/// Payments that do not come to their end, the oldest first: asked about at least that often, and the provider does not
/// answer, or does not give money back, or does not decide although the order is over; and, however often it was asked, those
/// whose refund it says has failed, and those of another provider. A buyer who takes a while on the provider's page is none of
/// them.
pub(crate) async fn unsettled(
    db: &SqlitePool,
    provider: &str,
    now: Timestamp,
    attempts: u32,
) -> Result<Vec<Payment>, PaymentsError> {
    let now = now.as_millis();
    let rows = sqlx::query_as!(
        PaymentRow,
        "SELECT id, order_id, buyer_id, amount_cents, status, failure, provider, token, return_url, reference, redirect_url,
             succeeded_at, refund_failed_at, may_be_charged_until, version, revision, next_check_at, attempts, last_error,
             created_at, updated_at
         FROM payments
         WHERE next_check_at IS NOT NULL AND (provider <> $1 OR (status = 'refunding' AND refund_failed_at IS NOT NULL)
             OR (attempts >= $2 AND (last_error IS NOT NULL OR status = 'refunding' OR EXISTS (
                 SELECT 1 FROM orders WHERE orders.id = order_id
                     AND (orders.status IN ('complete', 'cancelled') OR orders.expires_at <= $3)))))
         ORDER BY id",
        provider,
        attempts,
        now,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Payment::try_from).collect()
}
