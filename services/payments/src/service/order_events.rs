//! What the events of an order do to its payments: the replica of the orders is maintained, and payments are refunded that an order
//! rejects or whose order is refunded.
//!
//! A version is applied only on the one before: an older one is dropped, and one that arrives early goes to the retry queue.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentStatus, Timestamp};
use event_log::{ApplyError, Transaction, VersionCheck, next_version};

use super::start_refund;
use crate::store::{self, PayableOrder};
use crate::{Payment, PaymentsError};

/// An order was made.
pub(crate) async fn created(tx: &mut Transaction, event: OrderCreated) -> Result<(), ApplyError> {
    let known = store::find_order(tx.connection(), event.id).await?;
    if known.is_some() {
        return Ok(());
    }
    let order = PayableOrder {
        id: event.id,
        buyer: event.user_id,
        price: event.ticket.price,
        status: event.status,
        expires_at: event.expires_at,
        version: event.version,
    };
    store::save_order(tx.connection(), &order).await?;
    Ok(())
}

/// An order was advanced. Once it is complete, no other payment is wanted.
pub(crate) async fn updated(tx: &mut Transaction, event: OrderUpdated) -> Result<(), ApplyError> {
    let Some(order) = next(tx, event.id, event.version).await? else {
        return Ok(());
    };
    let order = PayableOrder {
        status: event.status,
        expires_at: event.expires_at,
        ..order
    };
    store::save_order(tx.connection(), &order).await?;
    if order.status != OrderStatus::Complete {
        return Ok(());
    }
    // Another open payment is no longer wanted.
    end_payments(tx, event.id, false).await?;
    Ok(())
}

/// An order was cancelled: it needs no payment.
pub(crate) async fn cancelled(tx: &mut Transaction, event: OrderCancelled) -> Result<(), ApplyError> {
    let Some(order) = next(tx, event.id, event.version).await? else {
        return Ok(());
    };
    let order = PayableOrder {
        status: OrderStatus::Cancelled,
        ..order
    };
    store::save_order(tx.connection(), &order).await?;
    let is_refund = event.reason == CancelReason::Refunded;
    end_payments(tx, event.id, is_refund).await?;
    Ok(())
}

/// An order does not take a payment, which is refunded.
pub(crate) async fn payment_rejected(
    tx: &mut Transaction,
    event: OrderPaymentRejected,
) -> Result<(), ApplyError> {
    let Some(order) = next(tx, event.id, event.version).await? else {
        return Ok(());
    };
    store::save_order(tx.connection(), &order).await?;
    let payment = store::find(tx.connection(), event.payment_id).await?;
    let succeeded = payment.filter(|payment| payment.status == PaymentStatus::Succeeded);
    if let Some(payment) = succeeded {
        let now = Timestamp::from_millis(tx.now_ms());
        start_refund(tx, payment, now).await?;
    }
    Ok(())
}

/// Ends the payments of an order that needs none any more: a successful one is refunded if the order was refunded, and an undecided
/// one is checked with the provider at once.
async fn end_payments(tx: &mut Transaction, order: OrderId, is_refund: bool) -> Result<(), PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    for payment in store::of_order(tx.connection(), order).await? {
        let status = payment.status;
        if is_refund && status == PaymentStatus::Succeeded {
            start_refund(tx, payment, now).await?;
        } else if status == PaymentStatus::Processing {
            let payment = Payment {
                next_check_at: Some(now),
                attempts: 0,
                ..payment
            };
            store::save(tx.connection(), payment).await?;
        }
    }
    Ok(())
}

/// The order of an event, at that event's version; `None` for a duplicate.
async fn next(tx: &mut Transaction, id: OrderId, version: i64) -> Result<Option<PayableOrder>, ApplyError> {
    let known = store::find_order(tx.connection(), id).await?;
    let current = known.as_ref().map(|order| order.version);
    match (next_version(current, version), known) {
        (VersionCheck::Apply, Some(order)) => Ok(Some(PayableOrder { version, ..order })),
        (VersionCheck::Duplicate, _) => Ok(None),
        (VersionCheck::Gap | VersionCheck::Apply, _) => {
            let known = current.map_or_else(|| "none".to_owned(), |version| version.to_string());
            Err(ApplyError::Rejected(format!(
                "order {id}: version {version} after {known}"
            )))
        }
    }
}
