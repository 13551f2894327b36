//! Paying for an order.

use std::time::Duration;

use contracts::{OrderId, OrderStatus, PaymentId, Timestamp, UserId};

use super::cancel::cancel_or_expire;
use super::publish;
use super::working_set::WorkingSet;
use crate::domain::Order;
use crate::error::OrdersError;

/// Starts the payment of an order for its buyer.
pub(super) fn start_payment(
    set: &mut WorkingSet,
    buyer: UserId,
    id: OrderId,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = set.order(id).ok_or(OrdersError::NotFound)?.clone();
    match order.clone().as_of(set.now()).status {
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
    mark_awaiting_payment(set, order, extension)
}

/// Moves a reserved order to `awaiting:payment`, and publishes it.
pub(super) fn mark_awaiting_payment(
    set: &mut WorkingSet,
    order: Order,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = order.awaiting_payment(set.now(), extension)?;
    publish::updated(set, &order)?;
    set.update(order.clone());
    Ok(order)
}

/// Completes an order with a payment that succeeded at `paid_at` and whose event arrives now, if it can still have its
/// ticket; `None` if it cannot.
///
/// A payment that was on time gets the ticket even if its event arrives after the deadline, unless another order has it: it was
/// paid while it was held. A late payment gets it only if the offer is also still the reserved one.
pub(super) fn complete(
    set: &mut WorkingSet,
    order: Order,
    payment: PaymentId,
    paid_at: Timestamp,
) -> Result<Option<Order>, OrdersError> {
    let now = set.now();
    let is_held = order.status == OrderStatus::AwaitingPayment && !order.is_expired(now);
    let is_on_time = order.is_on_time(paid_at);
    let Ok(complete) = order.completed(payment, paid_at, now) else {
        return Ok(None);
    };
    if !is_on_time && !is_still_offered(set, &complete) {
        return Ok(None);
    }
    if !is_held && !free_ticket(set, &complete)? {
        return Ok(None);
    }
    publish::updated(set, &complete)?;
    set.update(complete.clone());
    Ok(Some(complete))
}

/// Whether no other order has the ticket of an order. Another order that has itself expired is closed first, as for a
/// reservation.
fn free_ticket(set: &mut WorkingSet, order: &Order) -> Result<bool, OrdersError> {
    let now = set.now();
    match set.live_order_of_ticket(order.ticket.id).cloned() {
        None => Ok(true),
        // It has not been closed yet, so it is its own holder.
        Some(holding_order) if holding_order.id == order.id => Ok(true),
        Some(holding_order) if holding_order.is_expired(now) => {
            cancel_or_expire(set, holding_order)?;
            Ok(true)
        }
        Some(_) => Ok(false),
    }
}

/// Whether the current offer of the ticket is the reserved one.
fn is_still_offered(set: &WorkingSet, order: &Order) -> bool {
    let reserved = (&order.ticket.title, order.ticket.price, order.refund_window);
    set.ticket(order.ticket.id)
        .is_some_and(|ticket| (&ticket.title, ticket.price, ticket.refund_window) == reserved)
}

/// Records and publishes that an order rejects its payment, which must be refunded.
pub(super) fn reject(set: &mut WorkingSet, order: Order, payment: PaymentId) -> Result<(), OrdersError> {
    let order = Order {
        version: order.version + 1,
        updated_at: set.now(),
        open_payment: order.open_payment.filter(|open| *open != payment),
        ..order
    };
    publish::payment_rejected(set, &order, payment)?;
    set.update(order);
    Ok(())
}
