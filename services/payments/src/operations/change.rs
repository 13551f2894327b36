//! Every change of a payment's status, with the event that publishes it.

use contracts::events::{PaymentFailed, PaymentRefunded, PaymentSucceeded};
use contracts::{PaymentFailure, PaymentStatus};

use super::working_set::WorkingSet;
use crate::domain::Payment;
use crate::error::PaymentsError;

/// Records that the charge succeeded. A second success for one order becomes a refund; a unique index refuses it if it was recorded in
/// any other way.
pub(super) fn succeed(set: &mut WorkingSet, payment: Payment) -> Result<Payment, PaymentsError> {
    if set.is_paid_by_another(&payment) {
        return Ok(start_refund(set, payment));
    }
    let succeeded = payment.next_version_with_status(PaymentStatus::Succeeded, None, set.now());
    let event = PaymentSucceeded {
        id: succeeded.id,
        version: succeeded.version,
        order_id: succeeded.order,
        amount: succeeded.amount,
        succeeded_at: succeeded.succeeded_at,
    };
    set.publish(&succeeded, event)?;
    Ok(set.save_payment(succeeded))
}

/// Records that the payment failed.
pub(super) fn fail(
    set: &mut WorkingSet,
    payment: Payment,
    reason: PaymentFailure,
) -> Result<Payment, PaymentsError> {
    let failed = payment.next_version_with_status(PaymentStatus::Failed, Some(reason), set.now());
    let event = PaymentFailed {
        id: failed.id,
        version: failed.version,
        order_id: failed.order,
        reason,
    };
    set.publish(&failed, event)?;
    Ok(set.save_payment(failed))
}

/// Starts a refund. It is published once it is made.
pub(super) fn start_refund(set: &mut WorkingSet, payment: Payment) -> Payment {
    let refunding = payment.with_open_status(PaymentStatus::Refunding, set.now());
    set.save_payment(refunding)
}

/// Records that a refund failed after all: the buyer does not have the money. The payment is open again, and is reported until it
/// is refunded. For a payment that was not being refunded nothing else changes.
pub(super) fn refund_failed(set: &mut WorkingSet, payment: Payment) -> Payment {
    let now = set.now();
    if payment.refund_failed_at.is_none() {
        set.count_failed_refund();
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
    set.save_payment(payment)
}

/// Records that the refund was made.
pub(super) fn refunded(set: &mut WorkingSet, payment: Payment) -> Result<Payment, PaymentsError> {
    let payment = Payment {
        refund_failed_at: None,
        ..payment
    };
    let refunded = payment.next_version_with_status(PaymentStatus::Refunded, None, set.now());
    let event = PaymentRefunded {
        id: refunded.id,
        version: refunded.version,
        order_id: refunded.order,
        amount: refunded.amount,
    };
    set.publish(&refunded, event)?;
    Ok(set.save_payment(refunded))
}
