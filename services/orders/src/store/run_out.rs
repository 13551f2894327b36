//! Orders whose time has passed.

use contracts::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::OrderRow;
use crate::{Order, OrdersError};

/// Unpaid orders to be closed, the longest overdue first: their deadline has passed and no payment of them is under way.
pub(crate) async fn run_out(
    db: &mut SqliteConnection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Order>, OrdersError> {
    let now = now.as_millis();
    let rows = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders
         WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL AND expires_at <= ?
         ORDER BY expires_at LIMIT ?",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The same for orders with a payment under way. Each of the two is served by an index of its own; one statement for both
/// would read the whole table.
pub(crate) async fn run_out_while_being_paid(
    db: &mut SqliteConnection,
    given_up_before: Timestamp,
    limit: u32,
) -> Result<Vec<Order>, OrdersError> {
    let given_up_before = given_up_before.as_millis();
    let rows = sqlx::query_as!(
        OrderRow,
        "SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
             ticket_title, ticket_price_cents, ticket_version, refund_hours, open_payment_id, payment_id, paid_at,
             completed_at, created_at, updated_at
         FROM orders
         WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL AND expires_at <= ?
         ORDER BY expires_at LIMIT ?",
        given_up_before,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The earliest deadline of an order that nobody is paying.
pub(crate) async fn next_deadline(db: &SqlitePool) -> Result<Option<Timestamp>, OrdersError> {
    let next = sqlx::query_scalar!(
        "SELECT expires_at FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL
             ORDER BY expires_at LIMIT 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(next.map(Timestamp::from_millis))
}

/// The earliest deadline of an order with a payment under way, by an index of its own.
pub(crate) async fn next_deadline_while_being_paid(
    db: &SqlitePool,
) -> Result<Option<Timestamp>, OrdersError> {
    let next = sqlx::query_scalar!(
        "SELECT expires_at FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL
             ORDER BY expires_at LIMIT 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(next.map(Timestamp::from_millis))
}
