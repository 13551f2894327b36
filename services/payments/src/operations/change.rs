//! Every change of a payment's status, with the event that publishes it.

use contracts::events::{DomainEvent, PaymentFailed, PaymentRefunded, PaymentSucceeded};
use contracts::{PaymentFailure, PaymentStatus, Timestamp};
use event_log::Transaction;

use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::metrics::RefundFailed;
use crate::store::Tables;

/// Records that the charge succeeded. A second success for one order becomes a refund: the unique index detects it.
pub(super) async fn succeed(
    tx: &mut Transaction,
    payment: Payment,
    now: Timestamp,
) -> Result<Payment, PaymentsError> {
    let succeeded = payment
        .clone()
        .next_version_with_status(PaymentStatus::Succeeded, None, now);
    let succeeded = match tx.payments().save(succeeded).await {
        Ok(succeeded) => succeeded,
        Err(PaymentsError::Database(error)) if error.is_unique_violation() => {
            return start_refund(tx, payment, now).await;
        }
        Err(error) => return Err(error),
    };
    let event = PaymentSucceeded {
        id: succeeded.id,
        version: succeeded.version,
        order_id: succeeded.order,
        amount: succeeded.amount,
        succeeded_at: succeeded.succeeded_at,
    };
    publish(tx, &succeeded, &event).await?;
    Ok(succeeded)
}

/// Records that the payment failed.
pub(super) async fn fail(
    tx: &mut Transaction,
    payment: Payment,
    reason: PaymentFailure,
    now: Timestamp,
) -> Result<Payment, PaymentsError> {
    let failed = payment.next_version_with_status(PaymentStatus::Failed, Some(reason), now);
    let failed = tx.payments().save(failed).await?;
    let event = PaymentFailed {
        id: failed.id,
        version: failed.version,
        order_id: failed.order,
        reason,
    };
    publish(tx, &failed, &event).await?;
    Ok(failed)
}

/// Starts a refund. It is published once it is made.
pub(super) async fn start_refund(
    tx: &mut Transaction,
    payment: Payment,
    now: Timestamp,
) -> Result<Payment, PaymentsError> {
    let refunding = payment.with_open_status(PaymentStatus::Refunding, now);
    tx.payments().save(refunding).await
}

/// Records that a refund failed after all: the buyer does not have the money. The payment is open again, and is reported until it
/// is refunded. For a payment that was not being refunded nothing else changes.
pub(super) async fn refund_failed(
    tx: &mut Transaction,
    payment: Payment,
    now: Timestamp,
) -> Result<Payment, PaymentsError> {
    if payment.refund_failed_at.is_none() {
        tx.count(&RefundFailed);
    }
    let payment = Payment {
        refund_failed_at: payment.refund_failed_at.or(Some(now)),
        ..payment
    };
    let payment = match payment.status {
        PaymentStatus::Refunded => payment.with_open_status(PaymentStatus::Refunding, now),
        PaymentStatus::Refunding => Payment {
            next_check_at: Some(now),
            ..payment
        },
        _ => payment,
    };
    tracing::warn!(payment.id = %payment.id, status = payment.status.as_str(), "a refund failed");
    tx.payments().save(payment).await
}

/// Records that the refund was made.
pub(super) async fn refunded(
    tx: &mut Transaction,
    payment: Payment,
    now: Timestamp,
) -> Result<Payment, PaymentsError> {
    let payment = Payment {
        refund_failed_at: None,
        ..payment
    };
    let refunded = payment.next_version_with_status(PaymentStatus::Refunded, None, now);
    let refunded = tx.payments().save(refunded).await?;
    let event = PaymentRefunded {
        id: refunded.id,
        version: refunded.version,
        order_id: refunded.order,
        amount: refunded.amount,
    };
    publish(tx, &refunded, &event).await?;
    Ok(refunded)
}

/// Publishes an event of a payment, at its version.
pub(super) async fn publish<E: DomainEvent + Sync>(
    tx: &mut Transaction,
    payment: &Payment,
    event: &E,
) -> Result<(), PaymentsError> {
    tx.append(E::SUBJECT, &payment.id.to_string(), payment.version, event)
        .await?;
    Ok(())
}
