//! The effects of an order's events on its payments: the replica of the orders is maintained, and payments are refunded that an order
//! rejects or whose order is refunded.
//!
//! A version is applied only on the one before: an older one is dropped, and one that arrives early goes to the retry queue.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentStatus, Timestamp};
use event_log::{ApplyError, Transaction, VersionCheck, next_version};

use super::change::start_refund;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::store::{PayableOrder, Tables};

/// An order was made.
pub(crate) async fn created(tx: &mut Transaction, event: OrderCreated) -> Result<(), ApplyError> {
    let known = tx.orders().find_order(event.id).await?;
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
    tx.orders().save(&order).await?;
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
    tx.orders().save(&order).await?;
    if order.status != OrderStatus::Complete {
        return Ok(());
    }
    // Another open payment is no longer wanted.
    refund_or_recheck_payments(tx, event.id, false).await?;
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
    tx.orders().save(&order).await?;
    let is_refund = event.reason == CancelReason::Refunded;
    refund_or_recheck_payments(tx, event.id, is_refund).await?;
    Ok(())
}

/// An order rejects a payment, which is refunded.
pub(crate) async fn payment_rejected(
    tx: &mut Transaction,
    event: OrderPaymentRejected,
) -> Result<(), ApplyError> {
    let Some(order) = next(tx, event.id, event.version).await? else {
        return Ok(());
    };
    tx.orders().save(&order).await?;
    let payment = tx.payments().find(event.payment_id).await?;
    let succeeded = payment.filter(|payment| payment.status == PaymentStatus::Succeeded);
    if let Some(payment) = succeeded {
        let now = Timestamp::from_millis(tx.now_ms());
        start_refund(tx, payment, now).await?;
    }
    Ok(())
}

/// Ends the payments of an order that no longer needs any: a successful one is refunded if the order was refunded, and an undecided
/// one is checked with the provider at once.
async fn refund_or_recheck_payments(
    tx: &mut Transaction,
    order: OrderId,
    is_refund: bool,
) -> Result<(), PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    for payment in tx.payments().of_order(order).await? {
        let status = payment.status;
        if is_refund && status == PaymentStatus::Succeeded {
            start_refund(tx, payment, now).await?;
        } else if status == PaymentStatus::Processing {
            let payment = Payment {
                next_check_at: Some(now),
                attempts: 0,
                ..payment
            };
            tx.payments().save(payment).await?;
        }
    }
    Ok(())
}

/// The order of an event, at that event's version; `None` for a duplicate.
async fn next(tx: &mut Transaction, id: OrderId, version: i64) -> Result<Option<PayableOrder>, ApplyError> {
    let known = tx.orders().find_order(id).await?;
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
