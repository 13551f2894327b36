//! Cancelling an order.

use contracts::{OrderId, OrderStatus, UserId};

use super::publish;
use super::working_set::WorkingSet;
use crate::domain::Order;
use crate::error::OrdersError;

/// Cancels an order for its buyer.
pub(super) fn cancel(set: &mut WorkingSet, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
    let order = set.order(id).ok_or(OrdersError::NotFound)?.clone();
    if order.status == OrderStatus::Complete {
        return Err(OrdersError::Complete);
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if order.status == OrderStatus::Cancelled {
        return Ok(order);
    }
    cancel_or_expire(set, order)
}

/// Cancels an unpaid order, because of its deadline if that has passed and for its buyer otherwise, and publishes it.
pub(super) fn cancel_or_expire(set: &mut WorkingSet, order: Order) -> Result<Order, OrdersError> {
    let order = order.cancelled(set.now())?;
    publish::cancelled(set, &order)?;
    set.update(order.clone());
    Ok(order)
}
