//! Recording the result of a provider call.

use std::time::Duration;

use contracts::{PaymentFailure, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::apply_state::apply_state;
use super::{Limits, change};
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::Outcome;
use crate::provider::{ChargeState, ProviderError};
use crate::store::Tables;

/// The state of a charge, `None` if the provider does not know it (yet), or an error if there was no response.
pub(super) type ProviderResult = Result<Option<ChargeState>, ProviderError>;

/// Whether a result was recorded, and the payment as it is then.
#[derive(Debug)]
pub(super) enum Recorded {
    /// It was recorded.
    Current(Payment),
    /// Something else was recorded since the call began, so it was discarded.
    Outdated(Payment),
}

/// Records the result of a call about a payment as it was `queried`. What is still open afterwards is checked again later.
pub(super) async fn record_result(
    tx: &mut Transaction,
    queried: &Payment,
    result: ProviderResult,
    limits: Limits,
) -> Result<Recorded, PaymentsError> {
    let payment = tx
        .payments()
        .find(queried.id)
        .await?
        .ok_or(PaymentsError::NotFound)?;
    let is_outdated = match &result {
        // No response cannot be outdated.
        Err(_) => false,
        Ok(Some(state)) => payment.revision != queried.revision && !agrees_with_record(state, &payment),
        Ok(None) => payment.revision != queried.revision,
    };
    if is_outdated {
        return Ok(Recorded::Outdated(payment));
    }
    let recorded = match result {
        Ok(Some(state)) => {
            let payment = apply_state(tx, payment, &state).await?;
            let error = (state.outcome == Outcome::RefundFailed).then(|| "the refund failed".to_owned());
            schedule_next_check(tx, payment, error, limits.config.max_backoff, limits).await?
        }
        Ok(None) => record_not_found(tx, payment, limits).await?,
        Err(error) => {
            schedule_next_check(tx, payment, Some(error.0), limits.config.max_backoff, limits).await?
        }
    };
    Ok(Recorded::Current(recorded))
}

/// Whether a response, however old, matches what is recorded.
fn agrees_with_record(state: &ChargeState, payment: &Payment) -> bool {
    let status = match state.outcome {
        Outcome::Processing => PaymentStatus::Processing,
        Outcome::Succeeded => PaymentStatus::Succeeded,
        Outcome::Failed(_) => PaymentStatus::Failed,
        Outcome::Refunded => PaymentStatus::Refunded,
        Outcome::RefundFailed => return false,
    };
    payment.status == status
}

/// The provider does not know the payment. That is not a failure while it may still execute the charge: until then it is looked up
/// again, with growing backoff. That time must have passed by the clock and by the running time of the database: a failed
/// payment stays failed, and a clock can be ahead for a moment.
async fn record_not_found(
    tx: &mut Transaction,
    payment: Payment,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    if !payment.status.is_open() {
        return Ok(payment);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    let requested_at_running_ms = tx.payments().charge_requested_at_running_ms(payment.id).await?;
    let limit_ms = i64::try_from(limits.max_charge_delay().as_millis()).unwrap_or(i64::MAX);
    let has_certainly_passed = tx.running_time_ms() >= requested_at_running_ms.saturating_add(limit_ms);
    if payment.may_be_charged_until <= now && has_certainly_passed {
        return change::fail(tx, payment, PaymentFailure::Abandoned, now).await;
    }
    // A time later than this was written by a clock that was wrong.
    let until = payment.may_be_charged_until.min(limits.may_be_charged_until(now));
    let payment = Payment {
        may_be_charged_until: until,
        ..payment
    };
    let error = format!("the provider does not know this payment, and may execute it until {until}");
    let max_backoff = limits.config.max_lookup_backoff.max(limits.config.max_backoff);
    schedule_next_check(tx, payment, Some(error), max_backoff, limits).await
}

/// Schedules the next check of a payment that is still open: after a backoff that doubles each time, and at the order's deadline
/// at the latest, since a payment is checked before its order expires; also as soon as it is certain that the provider
/// can no longer execute it.
async fn schedule_next_check(
    tx: &mut Transaction,
    payment: Payment,
    error: Option<String>,
    max_backoff: Duration,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    if payment.next_check_at.is_none() {
        return Ok(payment);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    let backoff = limits
        .config
        .initial_backoff
        .saturating_mul(2_u32.saturating_pow(payment.attempts))
        .min(max_backoff);
    let order = tx.orders().find_order(payment.order).await?;
    let at_the_latest = [
        order.map(|order| order.expires_at),
        Some(payment.may_be_charged_until),
    ];
    let next = at_the_latest
        .into_iter()
        .flatten()
        .filter(|instant| now < *instant && payment.status.is_open())
        .fold(now.plus(backoff), Timestamp::min);
    let payment = Payment {
        next_check_at: Some(next),
        attempts: payment.attempts.saturating_add(1),
        last_error: error,
        ..payment
    };
    tx.payments().save(payment).await
}
