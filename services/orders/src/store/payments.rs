//! Payments of orders.

use contracts::{OrderId, PaymentId};
use sqlx::SqliteConnection;

use super::OrderStore;
use crate::error::OrdersError;

/// Records that a version of a payment was consumed; false if it, or a newer one, was consumed before.
pub(crate) async fn record_seen_version(
    db: &mut SqliteConnection,
    payment: PaymentId,
    version: i64,
) -> Result<bool, OrdersError> {
    let payment_id = payment.to_string();
    let done = sqlx::query!(
        "INSERT INTO payments_heard (payment_id, version) VALUES ($1, $2)
         ON CONFLICT (payment_id) DO UPDATE SET version = excluded.version WHERE excluded.version > version",
        payment_id,
        version,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

impl OrderStore<'_> {
    /// Records the open payment of an order. It is not published, since no other service needs it.
    pub(crate) async fn set_open_payment(
        &mut self,
        order: OrderId,
        payment: Option<PaymentId>,
    ) -> Result<(), OrdersError> {
        let (id, payment_id) = (order.to_string(), payment.map(|payment| payment.to_string()));
        let done = sqlx::query!(
            "UPDATE orders SET open_payment_id = $1 WHERE id = $2",
            payment_id,
            id
        )
        .execute(&mut *self.0)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(OrdersError::Conflict(order))
        }
    }
}
