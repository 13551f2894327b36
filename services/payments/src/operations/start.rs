//! Starting a payment.

use contracts::events::PaymentStarted;
use contracts::{OrderId, OrderStatus, PaymentStatus, UserId};

use super::Limits;
use super::working_set::WorkingSet;
use crate::domain::{Method, Payment};
use crate::error::PaymentsError;

/// Payment attempts per order. More than this is card testing.
const MAX_ATTEMPTS: i64 = 20;

pub(super) fn start(
    set: &mut WorkingSet,
    buyer: UserId,
    order_id: OrderId,
    method: &Method,
    provider: &'static str,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    let now = set.now();
    let order = set.order(order_id).ok_or(PaymentsError::OrderNotFound)?;
    if order.has_ended(now) {
        return Err(PaymentsError::OrderCancelled);
    }
    let payments = set.order_payment_state(order_id);
    if order.status == OrderStatus::Complete || payments.is_paid {
        return Err(PaymentsError::OrderPaid);
    }
    if payments.is_open {
        return Err(PaymentsError::PaymentOpen);
    }
    if payments.attempts >= MAX_ATTEMPTS {
        return Err(PaymentsError::TooManyAttempts);
    }
    if order.buyer != buyer {
        return Err(PaymentsError::NotOwner);
    }
    if !limits.minimum_price.allows(order.price) {
        return Err(PaymentsError::BelowMinimum);
    }
    let payment = Payment {
        id: set.next_payment_id(),
        order: order_id,
        buyer,
        amount: order.price,
        status: PaymentStatus::Intended,
        failure: None,
        provider: provider.to_owned(),
        method: method.clone(),
        reference: None,
        redirect_url: None,
        succeeded_at: None,
        refund_failed_at: None,
        may_be_charged_until: limits.may_be_charged_until(now),
        version: 0,
        revision: 0,
        // The provider is about to be called; it is checked only if that returns nothing.
        next_check_at: Some(now.plus(limits.config.provider_timeout)),
        attempts: 0,
        last_error: None,
        created_at: now,
        updated_at: now,
    };
    let event = PaymentStarted {
        id: payment.id,
        version: payment.version,
        order_id,
        amount: payment.amount,
    };
    set.publish(&payment, event)?;
    set.insert(payment.clone());
    Ok(payment)
}
