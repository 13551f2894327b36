//! Payments of orders.

use contracts::{OrderId, PaymentId};

use super::OrderStore;
use crate::error::OrdersError;

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
