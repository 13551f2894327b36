//! Refunding an order.

use contracts::{CancelReason, OrderId, OrderStatus, UserId};

use super::publish;
use super::working_set::WorkingSet;
use crate::domain::Order;
use crate::error::OrdersError;

/// Refunds a complete order for its buyer.
pub(super) fn refund(set: &mut WorkingSet, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
    let order = set.order(id).ok_or(OrdersError::NotFound)?.clone();
    let was_refunded = order.cancel_reason == Some(CancelReason::Refunded);
    if !was_refunded {
        if order.status != OrderStatus::Complete {
            return Err(OrdersError::NotComplete);
        }
        if order.refundable_until().is_none_or(|until| until <= set.now()) {
            return Err(OrdersError::RefundTooLate);
        }
        if set.is_refund_blocked(id) {
            return Err(OrdersError::Disputed);
        }
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if was_refunded {
        return Ok(order);
    }
    record_refund(set, order)
}

/// Cancels a complete order as refunded, and publishes it.
pub(super) fn record_refund(set: &mut WorkingSet, order: Order) -> Result<Order, OrdersError> {
    let order = order.refunded(set.now())?;
    publish::cancelled(set, &order)?;
    set.update(order.clone());
    Ok(order)
}
