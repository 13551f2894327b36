//! Orders that have certainly expired: deadlines are compared with the age of the database here, never with a clock.

use sqlx::{SqliteConnection, SqlitePool};

use super::OrderRow;
use crate::{Order, OrdersError};

/// Expired orders without an open payment, the longest overdue first.
pub(crate) async fn expired(
    db: &mut SqliteConnection,
    age_ms: i64,
    limit: u32,
) -> Result<Vec<Order>, OrdersError> {
    let rows = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders
         WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL AND expires_at_age <= $1
         ORDER BY expires_at_age LIMIT $2",
        age_ms,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The same for orders with an open payment. Each of the two is served by an index of its own; one statement for both
/// would scan the table.
pub(crate) async fn expired_with_open_payment(
    db: &mut SqliteConnection,
    expired_by_age_ms: i64,
    limit: u32,
) -> Result<Vec<Order>, OrdersError> {
    let rows = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders
         WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL AND expires_at_age <= $1
         ORDER BY expires_at_age LIMIT $2",
        expired_by_age_ms,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The age at the earliest deadline of an order without an open payment.
pub(crate) async fn next_deadline(db: &SqlitePool) -> Result<Option<i64>, OrdersError> {
    let next = sqlx::query_scalar!(
        r#"SELECT expires_at_age AS "age!: i64" FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL
             ORDER BY expires_at_age LIMIT 1"#
    )
    .fetch_optional(db)
    .await?;
    Ok(next)
}

/// The age at the earliest deadline of an order with an open payment, by an index of its own.
pub(crate) async fn next_deadline_with_open_payment(db: &SqlitePool) -> Result<Option<i64>, OrdersError> {
    let next = sqlx::query_scalar!(
        r#"SELECT expires_at_age AS "age!: i64" FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL
             ORDER BY expires_at_age LIMIT 1"#
    )
    .fetch_optional(db)
    .await?;
    Ok(next)
}
