//! Beginning a payment.

use contracts::events::PaymentStarted;
use contracts::{OrderId, OrderStatus, PaymentId, PaymentStatus, Timestamp, UserId};
use event_log::Transaction;

use super::Limits;
use crate::{Method, Payment, PaymentsError, store};

/// How often an order may be tried to be paid. Somebody who tries more cards than this is trying out cards.
const MOST_ATTEMPTS: i64 = 20;

pub(super) async fn start(
    tx: &mut Transaction,
    buyer: UserId,
    order_id: OrderId,
    method: Method,
    provider: &'static str,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let order = store::find_order(tx.connection(), order_id)
        .await?
        .ok_or(PaymentsError::OrderNotFound)?;
    if order.is_over(now) {
        return Err(PaymentsError::OrderCancelled);
    }
    let standing = store::standing(tx.connection(), order_id).await?;
    if order.status == OrderStatus::Complete || standing.is_paid {
        return Err(PaymentsError::OrderPaid);
    }
    if standing.is_open {
        return Err(PaymentsError::PaymentOpen);
    }
    if standing.attempts >= MOST_ATTEMPTS {
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
        // The provider is about to be asked; only if nothing is heard of that is it asked again.
        next_check_at: Some(now.plus(limits.config.answer_limit)),
        attempts: 0,
        last_error: None,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx.connection(), &payment).await?;
    let age_ms = tx.age_ms();
    store::note_charge_request(tx.connection(), payment.id, age_ms).await?;
    let event = PaymentStarted {
        id: payment.id,
        version: payment.version,
        order_id,
        amount: payment.amount,
    };
    tx.append(
        PaymentStarted::SUBJECT,
        &payment.id.to_string(),
        payment.version,
        &event,
    )
    .await?;
    Ok(payment)
}
