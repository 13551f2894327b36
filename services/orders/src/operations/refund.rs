//! Refunding an order.

use contracts::{CancelReason, OrderId, OrderStatus, Timestamp, UserId};
use event_log::Transaction;

use super::publish;
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::Tables;

pub(super) async fn refund(tx: &mut Transaction, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
    let order = tx.orders().find(id).await?.ok_or(OrdersError::NotFound)?;
    let now = Timestamp::from_millis(tx.now_ms());
    let was_refunded = order.cancel_reason == Some(CancelReason::Refunded);
    if !was_refunded {
        if order.status != OrderStatus::Complete {
            return Err(OrdersError::NotComplete);
        }
        if order.refundable_until().is_none_or(|until| until <= now) {
            return Err(OrdersError::RefundTooLate);
        }
        if tx.disputes().is_refund_barred(id).await? {
            return Err(OrdersError::Disputed);
        }
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if was_refunded {
        return Ok(order);
    }
    record_refund(tx, order, now).await
}

/// Cancels a complete order as refunded, and publishes it.
pub(super) async fn record_refund(
    tx: &mut Transaction,
    order: Order,
    now: Timestamp,
) -> Result<Order, OrdersError> {
    let order = order.refunded(now)?;
    tx.orders().save(&order).await?;
    publish::cancelled(tx, &order).await?;
    Ok(order)
}
