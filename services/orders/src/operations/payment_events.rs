//! What the events of its payment do to an order.

use std::time::Duration;

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use contracts::{DisputeStatus, OrderId, OrderStatus};
use event_log::Transaction;

use super::working_set::{Keys, WorkingSet};
use super::{pay, refund};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::OrderDispute;

/// A payment was started: the order awaits it.
pub(crate) async fn started(
    tx: &mut Transaction,
    event: PaymentStarted,
    extension: Duration,
) -> Result<(), OrdersError> {
    let mut set = load(tx, event.order_id).await?;
    let order = find(&set, event.order_id)?;
    let order = match order.status {
        OrderStatus::Created => pay::await_payment(&mut set, order, extension)?,
        OrderStatus::AwaitingPayment => order,
        // The payments service learns of its end by event; if the payment succeeds all the same, it is a late payment.
        OrderStatus::Complete | OrderStatus::Cancelled => return Ok(()),
    };
    set.update(Order {
        open_payment: Some(event.id),
        ..order
    });
    set.save(tx).await
}

/// The money was taken: the order is complete, or rejects it.
pub(crate) async fn created(tx: &mut Transaction, event: PaymentCreated) -> Result<(), OrdersError> {
    let mut keys = Keys::default();
    keys.order_with_ticket(event.order_id);
    let mut set = WorkingSet::load(tx, keys).await?;
    let order = find(&set, event.order_id)?;
    // The clock of payments may differ: no payment succeeds after its event arrives.
    let paid_at = event.succeeded_at.map_or(set.now(), |at| at.min(set.now()));
    let is_right_amount = event.amount == order.ticket.price;
    let completed = if is_right_amount {
        pay::complete(&mut set, order.clone(), event.id, paid_at)?
    } else {
        None
    };
    if completed.is_none() {
        pay::reject(&mut set, order, event.id)?;
    }
    set.save(tx).await
}

/// The provider refused the payment: another one may be tried.
pub(crate) async fn failed(tx: &mut Transaction, event: PaymentFailed) -> Result<(), OrdersError> {
    let mut set = load(tx, event.order_id).await?;
    let order = find(&set, event.order_id)?;
    if order.open_payment != Some(event.id) {
        return Ok(());
    }
    set.update(Order {
        open_payment: None,
        ..order
    });
    set.save(tx).await
}

/// The payment of a complete order was refunded without a request here: by the provider.
pub(crate) async fn refunded(tx: &mut Transaction, event: PaymentRefunded) -> Result<(), OrdersError> {
    let mut set = load(tx, event.order_id).await?;
    let mut order = find(&set, event.order_id)?;
    if order.open_payment == Some(event.id) {
        order.open_payment = None;
        set.update(order.clone());
    }
    let is_its_payment = order
        .purchase
        .is_some_and(|purchase| purchase.payment == event.id);
    if is_its_payment && order.status == OrderStatus::Complete {
        refund::record_refund(&mut set, order)?;
    }
    set.save(tx).await
}

/// The bank decides about the money. Until then the order stays as it is, and cannot be refunded.
pub(crate) async fn disputed(tx: &mut Transaction, event: PaymentDisputed) -> Result<(), OrdersError> {
    let mut set = load(tx, event.order_id).await?;
    let dispute = OrderDispute {
        id: event.dispute_id,
        order: find(&set, event.order_id)?.id,
        payment: event.id,
        status: DisputeStatus::Open,
        bars_refund: event.bars_refund,
    };
    set.save_dispute(dispute);
    set.save(tx).await
}

/// If the buyer got the money, `payment:refunded` is published as well.
pub(crate) async fn dispute_closed(
    tx: &mut Transaction,
    event: PaymentDisputeClosed,
) -> Result<(), OrdersError> {
    let mut set = load(tx, event.order_id).await?;
    let dispute = OrderDispute {
        id: event.dispute_id,
        order: find(&set, event.order_id)?.id,
        payment: event.id,
        status: event.outcome,
        bars_refund: event.outcome == DisputeStatus::Lost,
    };
    set.save_dispute(dispute);
    set.save(tx).await
}

async fn load(tx: &mut Transaction, order: OrderId) -> Result<WorkingSet, OrdersError> {
    let mut keys = Keys::default();
    keys.order(order);
    WorkingSet::load(tx, keys).await
}

fn find(set: &WorkingSet, order: OrderId) -> Result<Order, OrdersError> {
    set.order(order).cloned().ok_or(OrdersError::NotFound)
}
