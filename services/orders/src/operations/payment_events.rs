//! What the events of its payment do to an order.

use std::time::Duration;

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use contracts::{DisputeStatus, OrderId, OrderStatus, Timestamp};
use event_log::Transaction;

use super::{pay, refund};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::{OrderDispute, Tables};

/// A payment was started: the order awaits it.
pub(crate) async fn started(
    tx: &mut Transaction,
    event: PaymentStarted,
    extension: Duration,
) -> Result<(), OrdersError> {
    let (order, now) = load(tx, event.order_id).await?;
    match order.status {
        OrderStatus::Created => {
            pay::await_payment(tx, order, now, extension).await?;
        }
        OrderStatus::AwaitingPayment => {}
        // The payments service learns of its end by event; if the payment succeeds all the same, it is a late payment.
        OrderStatus::Complete | OrderStatus::Cancelled => return Ok(()),
    }
    tx.orders().set_open_payment(event.order_id, Some(event.id)).await
}

/// The money was taken: the order is complete, or rejects it.
pub(crate) async fn created(tx: &mut Transaction, event: PaymentCreated) -> Result<(), OrdersError> {
    let (order, now) = load(tx, event.order_id).await?;
    // The clock of payments may differ: no payment succeeds after its event arrives.
    let paid_at = event.succeeded_at.map_or(now, |at| at.min(now));
    let is_right_amount = event.amount == order.ticket.price;
    if is_right_amount {
        let completed = pay::complete(tx, order.clone(), event.id, paid_at, now).await?;
        if completed.is_some() {
            return Ok(());
        }
    }
    pay::reject(tx, order, event.id, now).await
}

/// The provider refused the payment: another one may be tried.
pub(crate) async fn failed(tx: &mut Transaction, event: PaymentFailed) -> Result<(), OrdersError> {
    let (order, _) = load(tx, event.order_id).await?;
    if order.open_payment != Some(event.id) {
        return Ok(());
    }
    tx.orders().set_open_payment(event.order_id, None).await
}

/// The payment of a complete order was refunded without a request here: by the provider.
pub(crate) async fn refunded(tx: &mut Transaction, event: PaymentRefunded) -> Result<(), OrdersError> {
    let (order, now) = load(tx, event.order_id).await?;
    if order.open_payment == Some(event.id) {
        tx.orders().set_open_payment(event.order_id, None).await?;
    }
    let is_its_payment = order
        .purchase
        .is_some_and(|purchase| purchase.payment == event.id);
    if is_its_payment && order.status == OrderStatus::Complete {
        refund::record_refund(tx, order, now).await?;
    }
    Ok(())
}

/// The bank decides about the money. Until then the order stays as it is, and cannot be refunded.
pub(crate) async fn disputed(tx: &mut Transaction, event: PaymentDisputed) -> Result<(), OrdersError> {
    let (order, _) = load(tx, event.order_id).await?;
    let dispute = OrderDispute {
        id: event.dispute_id,
        order: order.id,
        payment: event.id,
        status: DisputeStatus::Open,
        bars_refund: event.bars_refund,
    };
    tx.disputes().save(&dispute).await
}

/// If the buyer got the money, `payment:refunded` is published as well.
pub(crate) async fn dispute_closed(
    tx: &mut Transaction,
    event: PaymentDisputeClosed,
) -> Result<(), OrdersError> {
    let (order, _) = load(tx, event.order_id).await?;
    let dispute = OrderDispute {
        id: event.dispute_id,
        order: order.id,
        payment: event.id,
        status: event.outcome,
        bars_refund: event.outcome == DisputeStatus::Lost,
    };
    tx.disputes().save(&dispute).await
}

/// The order of an event and the current instant.
async fn load(tx: &mut Transaction, order: OrderId) -> Result<(Order, Timestamp), OrdersError> {
    let order = tx.orders().find(order).await?.ok_or(OrdersError::NotFound)?;
    Ok((order, Timestamp::from_millis(tx.now_ms())))
}
