//! The way of an order from its reservation to its being paid.

use std::time::Duration;

use contracts::{OrderId, OrderStatus, PaymentId, Timestamp, UserId};
use event_log::Transaction;

use super::announce;
use super::cancel::close;
use crate::{Order, OrdersError, store};

pub(super) async fn start_payment(
    tx: &mut Transaction,
    buyer: UserId,
    id: OrderId,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = store::find(tx.connection(), id)
        .await?
        .ok_or(OrdersError::NotFound)?;
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

/// Moves an order that was only reserved to `awaiting:payment`, and tells of it.
pub(crate) async fn await_payment(
    tx: &mut Transaction,
    order: Order,
    now: Timestamp,
    extension: Duration,
) -> Result<Order, OrdersError> {
    let order = order.awaiting_payment(now, extension)?;
    store::save(tx.connection(), &order).await?;
    announce::updated(tx, &order).await?;
    Ok(order)
}

/// Makes an order complete with money that was taken at the instant `paid_at` and is heard of `now`, if it can still have its
/// ticket; `None` if it cannot.
///
/// Money that was on time and is heard of after the deadline gets the ticket if nobody else has it by now: what was reserved
/// was paid for while it was held. Money that was late itself gets it only if it is still offered as it was reserved, too.
pub(crate) async fn complete(
    tx: &mut Transaction,
    order: Order,
    payment: PaymentId,
    paid_at: Timestamp,
    now: Timestamp,
) -> Result<Option<Order>, OrdersError> {
    let is_held = order.status == OrderStatus::AwaitingPayment && !order.has_run_out(now);
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
    store::save(tx.connection(), &complete).await?;
    announce::updated(tx, &complete).await?;
    Ok(Some(complete))
}

/// Whether nobody else has the ticket of an order. Another order whose own time has run out is closed first, as for a
/// reservation.
async fn is_free(tx: &mut Transaction, order: &Order, now: Timestamp) -> Result<bool, OrdersError> {
    match store::holder(tx.connection(), order.ticket.id).await? {
        None => Ok(true),
        // Nobody has closed it yet, so it is still in its own way.
        Some(holder) if holder.id == order.id => Ok(true),
        Some(holder) if holder.has_run_out(now) => {
            close(tx, holder, now).await?;
            Ok(true)
        }
        Some(_) => Ok(false),
    }
}

/// Whether the ticket of an order is offered just as it was reserved.
async fn is_still_offered(tx: &mut Transaction, order: &Order) -> Result<bool, OrdersError> {
    let offered = store::offered_ticket(tx.connection(), order.ticket.id).await?;
    Ok(offered.is_some_and(|offered| {
        (offered.title, offered.price, offered.refund_hours)
            == (order.ticket.title.clone(), order.ticket.price, order.refund)
    }))
}

/// Writes down that an order does not take the money that came for it, and tells of it: it must go back.
pub(crate) async fn reject(
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
    store::save(tx.connection(), &order).await?;
    announce::payment_rejected(tx, &order, payment).await?;
    Ok(())
}
