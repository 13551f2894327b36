//! Starting a payment.

use contracts::events::PaymentStarted;
use contracts::{OrderId, OrderStatus, PaymentId, PaymentStatus, Timestamp, UserId};
use event_log::Transaction;

use super::{Limits, change};
use crate::domain::{Method, Payment};
use crate::error::PaymentsError;
use crate::store::Tables;

/// Payment attempts per order. More than this is card testing.
const MAX_ATTEMPTS: i64 = 20;

pub(super) async fn start(
    tx: &mut Transaction,
    buyer: UserId,
    order_id: OrderId,
    method: Method,
    provider: &'static str,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let order = tx
        .orders()
        .find_order(order_id)
        .await?
        .ok_or(PaymentsError::OrderNotFound)?;
    if order.has_ended(now) {
        return Err(PaymentsError::OrderCancelled);
    }
    let payments = tx.payments().order_payment_state(order_id).await?;
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
        id: PaymentId::from_uuid(tx.next_id()),
        order: order_id,
        buyer,
        amount: order.price,
        status: PaymentStatus::Intended,
        failure: None,
        provider: provider.to_owned(),
        method,
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
    tx.payments().insert(&payment).await?;
    let running_time_ms = tx.running_time_ms();
    tx.payments()
        .set_charge_requested(payment.id, running_time_ms)
        .await?;
    let event = PaymentStarted {
        id: payment.id,
        version: payment.version,
        order_id,
        amount: payment.amount,
    };
    change::publish(tx, &payment, &event).await?;
    Ok(payment)
}
