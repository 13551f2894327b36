//! Orders that have certainly expired: deadlines are compared with the age of the database here, never with a clock.

use super::{OrderRow, OrderStore, Queries};
use crate::domain::Order;
use crate::error::OrdersError;

impl OrderStore<'_> {
    /// Expired orders without an open payment, the longest overdue first.
    pub(crate) async fn expired(
        &mut self,
        running_time_ms: i64,
        limit: u32,
    ) -> Result<Vec<Order>, OrdersError> {
        let rows = select_orders!(
            "WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL AND expires_at_age <= $1
         ORDER BY expires_at_age LIMIT $2",
            running_time_ms,
            i64::from(limit),
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(Order::try_from).collect()
    }

    /// The expired orders with an open payment. Each of the two queries is served by its own index; one statement for both
    /// would scan the table.
    pub(crate) async fn expired_with_open_payment(
        &mut self,
        expired_by_running_ms: i64,
        limit: u32,
    ) -> Result<Vec<Order>, OrdersError> {
        let rows = select_orders!(
            "WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL AND expires_at_age <= $1
         ORDER BY expires_at_age LIMIT $2",
            expired_by_running_ms,
            i64::from(limit),
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(Order::try_from).collect()
    }
}

impl Queries<'_> {
    /// The age at the earliest deadline of an order without an open payment.
    pub(crate) async fn next_deadline(&self) -> Result<Option<i64>, OrdersError> {
        let next = event_log::query_scalar!(
            r#"SELECT expires_at_age AS "age!: i64" FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL
             ORDER BY expires_at_age LIMIT 1"#
        )
        .fetch_optional(self.0)
        .await?;
        Ok(next)
    }

    /// The age at the earliest deadline of an order with an open payment, by its own index.
    pub(crate) async fn next_deadline_with_open_payment(&self) -> Result<Option<i64>, OrdersError> {
        let next = event_log::query_scalar!(
            r#"SELECT expires_at_age AS "age!: i64" FROM orders
             WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL
             ORDER BY expires_at_age LIMIT 1"#
        )
        .fetch_optional(self.0)
        .await?;
        Ok(next)
    }
}
