//! The effects of a payment's events on its order.

use std::time::Duration;

use contracts::events::{
    PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted, PaymentSucceeded,
};
use contracts::{DisputeStatus, OrderId, OrderStatus};

use super::working_set::{Keys, WorkingSet};
use super::{pay, refund};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::OrderDispute;

/// A payment was started: the order awaits it.
pub(crate) fn started(
    set: &mut WorkingSet,
    event: &PaymentStarted,
    extension: Duration,
) -> Result<(), OrdersError> {
    let order = find(set, event.order_id)?;
    let order = match order.status {
        OrderStatus::Created => pay::mark_awaiting_payment(set, order, extension)?,
        OrderStatus::AwaitingPayment => order,
        // The payments service learns of its end by event; if the payment succeeds nevertheless, it is a late payment.
        OrderStatus::Complete | OrderStatus::Cancelled => return Ok(()),
    };
    set.update(Order {
        open_payment: Some(event.id),
        ..order
    });
    Ok(())
}

/// The order of a payment that succeeded, and whether it can still have its ticket.
pub(crate) fn keys_of_created(event: &PaymentSucceeded, keys: &mut Keys) {
    keys.order_with_ticket(event.order_id);
}

/// The money was taken: the order is complete, or rejects it.
pub(crate) fn created(set: &mut WorkingSet, event: &PaymentSucceeded) -> Result<(), OrdersError> {
    let order = find(set, event.order_id)?;
    // The clock of payments may differ: no payment succeeds after its event arrives.
    let paid_at = event.succeeded_at.map_or(set.now(), |at| at.min(set.now()));
    let is_right_amount = event.amount == order.ticket.price;
    if is_right_amount && pay::complete(set, order.clone(), event.id, paid_at)?.is_some() {
        return Ok(());
    }
    pay::reject(set, order, event.id)
}

/// The provider refused the payment: another one may be tried.
pub(crate) fn failed(set: &mut WorkingSet, event: &PaymentFailed) -> Result<(), OrdersError> {
    let order = find(set, event.order_id)?;
    if order.open_payment == Some(event.id) {
        set.update(Order {
            open_payment: None,
            ..order
        });
    }
    Ok(())
}

/// The payment of a complete order was refunded without a request here: by the provider.
pub(crate) fn refunded(set: &mut WorkingSet, event: &PaymentRefunded) -> Result<(), OrdersError> {
    let mut order = find(set, event.order_id)?;
    if order.open_payment == Some(event.id) {
        order.open_payment = None;
        set.update(order.clone());
    }
    let is_its_payment = order
        .purchase
        .is_some_and(|purchase| purchase.payment == event.id);
    if is_its_payment && order.status == OrderStatus::Complete {
        refund::record_refund(set, order)?;
    }
    Ok(())
}

/// The bank decides about the money. Until then the order stays as it is, and cannot be refunded.
pub(crate) fn disputed(set: &mut WorkingSet, event: &PaymentDisputed) -> Result<(), OrdersError> {
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: find(set, event.order_id)?.id,
        payment: event.id,
        status: DisputeStatus::Open,
        blocks_refund: event.blocks_refund,
    };
    set.save_dispute(dispute);
    Ok(())
}

/// If the buyer got the money, `payment:refunded` is published as well.
pub(crate) fn dispute_closed(set: &mut WorkingSet, event: &PaymentDisputeClosed) -> Result<(), OrdersError> {
    let dispute = OrderDispute {
        id: event.dispute_id.clone(),
        order: find(set, event.order_id)?.id,
        payment: event.id,
        status: event.outcome,
        blocks_refund: event.outcome == DisputeStatus::Lost,
    };
    set.save_dispute(dispute);
    Ok(())
}

fn find(set: &WorkingSet, order: OrderId) -> Result<Order, OrdersError> {
    set.order(order).cloned().ok_or(OrdersError::NotFound)
}
