//! Cancelling an order.

use contracts::{OrderId, OrderStatus, Timestamp, UserId};
use event_log::Transaction;

use super::publish;
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::Tables;

pub(super) async fn cancel(tx: &mut Transaction, buyer: UserId, id: OrderId) -> Result<Order, OrdersError> {
    let order = tx.orders().find(id).await?.ok_or(OrdersError::NotFound)?;
    if order.status == OrderStatus::Complete {
        return Err(OrdersError::Complete);
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if order.status == OrderStatus::Cancelled {
        return Ok(order);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    close(tx, order, now).await
}

/// Cancels an unpaid order, because of its deadline if that has passed and for its buyer otherwise, and publishes it.
pub(super) async fn close(tx: &mut Transaction, order: Order, now: Timestamp) -> Result<Order, OrdersError> {
    let order = order.cancelled(now)?;
    tx.orders().save(&order).await?;
    publish::cancelled(tx, &order).await?;
    Ok(order)
}
