//! Disputes about payments of orders.

use contracts::{DisputeStatus, OrderId, PaymentId};

use super::DisputeStore;
use crate::error::OrdersError;

/// A dispute about a payment of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderDispute {
    /// The payment provider's id of it.
    pub(crate) id: String,
    pub(crate) order: OrderId,
    pub(crate) payment: PaymentId,
    pub(crate) status: DisputeStatus,
    /// Whether it prevents a refund.
    pub(crate) blocks_refund: bool,
}

impl DisputeStore<'_> {
    /// Saves the status of a dispute.
    pub(crate) async fn save(&mut self, dispute: &OrderDispute) -> Result<(), OrdersError> {
        let (order, payment) = (dispute.order.to_string(), dispute.payment.to_string());
        let status = dispute.status.as_str();
        event_log::query!(
            "INSERT INTO disputes (id, order_id, payment_id, status, bars_refund) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, bars_refund = excluded.bars_refund",
            dispute.id,
            order,
            payment,
            status,
            dispute.blocks_refund,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
