//! The effects of an order's events on its payments: the replica of the orders is maintained, and payments are refunded that an order
//! rejects or whose order is refunded.
//!
//! A version is applied only on the one before: an older one is dropped, and one that arrives early goes to the retry queue.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentStatus};
use event_log::{VersionCheck, next_version};

use super::change::start_refund;
use super::working_set::{Keys, WorkingSet};
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::store::PayableOrder;

/// An order was made.
pub(crate) fn created(set: &mut WorkingSet, event: &OrderCreated) {
    if set.order(event.id).is_some() {
        return;
    }
    set.save_order(PayableOrder {
        id: event.id,
        buyer: event.user_id,
        price: event.ticket.price,
        status: event.status,
        expires_at: event.expires_at,
        version: event.version,
    });
}

/// The rows that an update needs: those of other payments once the order is complete.
pub(crate) fn keys_of_updated(event: &OrderUpdated, keys: &mut Keys) {
    if event.status == OrderStatus::Complete {
        keys.order_with_payments(event.id);
    } else {
        keys.order(event.id);
    }
}

/// An order was advanced. Once it is complete, no other payment is wanted.
pub(crate) fn updated(set: &mut WorkingSet, event: &OrderUpdated) -> Result<(), PaymentsError> {
    let Some(order) = next(set, event.id, event.version)? else {
        return Ok(());
    };
    set.save_order(PayableOrder {
        status: event.status,
        expires_at: event.expires_at,
        ..order
    });
    if event.status == OrderStatus::Complete {
        // Another open payment is no longer wanted.
        refund_or_recheck_payments(set, event.id, false);
    }
    Ok(())
}

/// An order was cancelled: it needs no payment.
pub(crate) fn cancelled(set: &mut WorkingSet, event: &OrderCancelled) -> Result<(), PaymentsError> {
    let Some(order) = next(set, event.id, event.version)? else {
        return Ok(());
    };
    set.save_order(PayableOrder {
        status: OrderStatus::Cancelled,
        ..order
    });
    refund_or_recheck_payments(set, event.id, event.reason == CancelReason::Refunded);
    Ok(())
}

/// The rows that a rejected payment needs.
pub(crate) fn keys_of_rejected(event: &OrderPaymentRejected, keys: &mut Keys) {
    keys.order(event.id);
    keys.payment(event.payment_id);
}

/// An order rejects a payment, which is refunded.
pub(crate) fn payment_rejected(
    set: &mut WorkingSet,
    event: &OrderPaymentRejected,
) -> Result<(), PaymentsError> {
    let Some(order) = next(set, event.id, event.version)? else {
        return Ok(());
    };
    set.save_order(order);
    let payment = set.payment(event.payment_id);
    let succeeded = payment.filter(|payment| payment.status == PaymentStatus::Succeeded);
    if let Some(payment) = succeeded.cloned() {
        start_refund(set, payment);
    }
    Ok(())
}

/// Ends the payments of an order that no longer needs any: a successful one is refunded if the order was refunded, and an undecided
/// one is checked with the provider at once.
fn refund_or_recheck_payments(set: &mut WorkingSet, order: OrderId, is_refund: bool) {
    let now = set.now();
    let payments: Vec<_> = set.payments_of(order).cloned().collect();
    for payment in payments {
        if is_refund && payment.status == PaymentStatus::Succeeded {
            start_refund(set, payment);
        } else if payment.status == PaymentStatus::Processing {
            set.save_payment(Payment {
                next_check_at: Some(now),
                attempts: 0,
                ..payment
            });
        }
    }
}

/// The order of an event, at that event's version; `None` for a duplicate.
fn next(set: &WorkingSet, id: OrderId, version: i64) -> Result<Option<PayableOrder>, PaymentsError> {
    let known = set.order(id);
    let current = known.map(|order| order.version);
    match (next_version(current, version), known) {
        (VersionCheck::Apply, Some(order)) => Ok(Some(PayableOrder {
            version,
            ..order.clone()
        })),
        (VersionCheck::Duplicate, _) => Ok(None),
        (VersionCheck::Gap | VersionCheck::Apply, _) => Err(PaymentsError::Gap {
            id,
            version,
            known: current.map_or_else(|| "none".to_owned(), |version| version.to_string()),
        }),
    }
}
