//! Paying for an order.

use std::time::Duration;

use contracts::{OrderId, OrderStatus, PaymentId, Timestamp, UserId};
use event_log::Transaction;

use super::cancel::close;
use super::publish;
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::Tables;

pub(super) async fn start_payment(
    tx: &mut Transaction,
    buyer: UserId,
    id: OrderId,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = tx.orders().find(id).await?.ok_or(OrdersError::NotFound)?;
    let now = Timestamp::from_millis(tx.now_ms());
    match order.clone().as_of(now).status {
        OrderStatus::Cancelled => return Err(OrdersError::Cancelled),
        OrderStatus::Complete => return Err(OrdersError::Complete),
        OrderStatus::Created | OrderStatus::AwaitingPayment => {}
    }
    if order.buyer != buyer {
        return Err(OrdersError::NotOwner);
    }
    if order.status == OrderStatus::AwaitingPayment {
        return Ok(order);
    }
    await_payment(tx, order, now, extension).await
}

/// Moves a reserved order to `awaiting:payment`, and publishes it.
pub(super) async fn await_payment(
    tx: &mut Transaction,
    order: Order,
    now: Timestamp,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = order.awaiting_payment(now, extension)?;
    tx.orders().save(&order).await?;
    publish::updated(tx, &order).await?;
    Ok(order)
}

/// Completes an order with a payment that succeeded at `paid_at` and whose event arrives `now`, if it can still have its
/// ticket; `None` if it cannot.
///
/// A timely payment whose event arrives after the deadline gets the ticket if no other order has it by now: it was
/// paid while it was held. A late payment gets it only if the offer is also still the reserved one.
pub(super) async fn complete(
    tx: &mut Transaction,
    order: Order,
    payment: PaymentId,
    paid_at: Timestamp,
    now: Timestamp,
) -> Result<Option<Order>, OrdersError> {
    let is_held = order.status == OrderStatus::AwaitingPayment && !order.is_expired(now);
    let is_on_time = order.is_on_time(paid_at);
    let Ok(complete) = order.completed(payment, paid_at, now) else {
        return Ok(None);
    };
    if !is_on_time && !is_still_offered(tx, &complete).await? {
        return Ok(None);
    }
    if !is_held && !is_free(tx, &complete, now).await? {
        return Ok(None);
    }
    tx.orders().save(&complete).await?;
    publish::updated(tx, &complete).await?;
    Ok(Some(complete))
}

/// Whether no other order has the ticket of an order. Another order that has itself expired is closed first, as for a
/// reservation.
async fn is_free(tx: &mut Transaction, order: &Order, now: Timestamp) -> Result<bool, OrdersError> {
    match tx.orders().holder(order.ticket.id).await? {
        None => Ok(true),
        // It has not been closed yet, so it is its own holder.
        Some(holder) if holder.id == order.id => Ok(true),
        Some(holder) if holder.is_expired(now) => {
            close(tx, holder, now).await?;
            Ok(true)
        }
        Some(_) => Ok(false),
    }
}

/// Whether the current offer of the ticket is the reserved one.
async fn is_still_offered(tx: &mut Transaction, order: &Order) -> Result<bool, OrdersError> {
    let offered = tx.tickets().offer(order.ticket.id).await?;
    Ok(offered.is_some_and(|offered| {
        (offered.title, offered.price, offered.refund_hours)
            == (order.ticket.title.clone(), order.ticket.price, order.refund)
    }))
}

/// Records and publishes that an order rejects its payment, which must be refunded.
pub(super) async fn reject(
    tx: &mut Transaction,
    order: Order,
    payment: PaymentId,
    now: Timestamp,
) -> Result<(), OrdersError> {
    let order = Order {
        version: order.version + 1,
        updated_at: now,
        open_payment: order.open_payment.filter(|open| *open != payment),
        ..order
    };
    tx.orders().save(&order).await?;
    publish::payment_rejected(tx, &order, payment).await?;
    Ok(())
}
