//! Requesting a charge again that the provider does not know.

use contracts::{OrderStatus, PaymentId, Timestamp};

use super::Limits;
use super::command::Done;
use super::working_set::WorkingSet;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::store::{OrderPaymentState, PayableOrder};

/// Records that the charge is about to be requested again. It is not if something was recorded about the payment since that
/// revision, or if it is no longer wanted.
pub(super) fn record_charge_retry(
    set: &mut WorkingSet,
    payment: PaymentId,
    revision: i64,
    limits: Limits,
) -> Result<Done, PaymentsError> {
    let payment = set.payment(payment).ok_or(PaymentsError::NotFound)?.clone();
    let now = set.now();
    let payments = set.order_payment_state(payment.order);
    if payment.revision != revision || !needs_payment(set.order(payment.order), payments, now) {
        return Ok(Done::without_effect(Some(payment)));
    }
    let again = Payment {
        may_be_charged_until: limits.may_be_charged_until(now).max(payment.may_be_charged_until),
        ..payment
    };
    Ok(Done::with(set.save_charge_requested(again)))
}

/// Whether an order still waits for money: it has not ended, and no other payment has paid for it.
pub(super) fn needs_payment(
    order: Option<&PayableOrder>,
    payments: OrderPaymentState,
    now: Timestamp,
) -> bool {
    order.is_some_and(|order| {
        let is_paid = order.status == OrderStatus::Complete || payments.is_paid;
        !is_paid && !order.has_ended(now)
    })
}
