//! Recording the result of a provider call.

use std::time::Duration;

use contracts::{PaymentFailure, PaymentId, PaymentStatus, Timestamp};

use super::apply_state::apply_state;
use super::command::Done;
use super::working_set::{Keys, WorkingSet};
use super::{Limits, change};
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::{ChargeState, Outcome, ProviderError};

/// The state of a charge, `None` if the provider does not know it (yet), or an error if there was no response.
pub(super) type ProviderResult = Result<Option<ChargeState>, ProviderError>;

/// The rows that a result needs. The order tells when a payment that is still open is checked next.
pub(super) fn keys(keys: &mut Keys, payment: PaymentId, result: &ProviderResult) {
    match result {
        Ok(Some(state)) if is_final(state.outcome) => keys.payment(payment),
        _ => keys.payment_with_order(payment),
    }
}

fn is_final(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Succeeded | Outcome::Failed(_) | Outcome::Refunded
    )
}

/// Records the result of a call that began when the payment had that revision. If something else was recorded since, it is discarded
/// and has no effect. What is still open afterwards is checked again later.
pub(super) fn record_result(
    set: &mut WorkingSet,
    payment: PaymentId,
    revision: i64,
    result: &ProviderResult,
    limits: Limits,
) -> Result<Done, PaymentsError> {
    let payment = set.payment(payment).ok_or(PaymentsError::NotFound)?.clone();
    let is_outdated = match result {
        // No response cannot be outdated.
        Err(_) => false,
        Ok(Some(state)) => payment.revision != revision && !agrees_with_record(state, &payment),
        Ok(None) => payment.revision != revision,
    };
    if is_outdated {
        return Ok(Done::without_effect(Some(payment)));
    }
    let max_backoff = limits.config.max_backoff;
    let recorded = match result {
        Ok(Some(state)) => {
            let payment = apply_state(set, payment, state)?;
            let error = (state.outcome == Outcome::RefundFailed).then(|| "the refund failed".to_owned());
            schedule_next_check(set, payment, error, max_backoff, limits)
        }
        Ok(None) => record_not_found(set, payment, limits)?,
        Err(error) => schedule_next_check(set, payment, Some(error.0.clone()), max_backoff, limits),
    };
    Ok(Done::with(recorded))
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
fn record_not_found(
    set: &mut WorkingSet,
    payment: Payment,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    if !payment.status.is_open() {
        return Ok(payment);
    }
    let now = set.now();
    let requested_at_running_ms = set
        .charge_requested_at_running_ms(payment.id)
        .ok_or(PaymentsError::NotFound)?;
    let limit_ms = i64::try_from(limits.max_charge_delay().as_millis()).unwrap_or(i64::MAX);
    let has_certainly_passed = set.running_time_ms() >= requested_at_running_ms.saturating_add(limit_ms);
    if payment.may_be_charged_until <= now && has_certainly_passed {
        return change::fail(set, payment, PaymentFailure::Abandoned);
    }
    // A time later than this was written by a clock that was wrong.
    let until = payment.may_be_charged_until.min(limits.may_be_charged_until(now));
    let payment = Payment {
        may_be_charged_until: until,
        ..payment
    };
    let error = format!("the provider does not know this payment, and may execute it until {until}");
    let max_backoff = limits.config.max_lookup_backoff.max(limits.config.max_backoff);
    Ok(schedule_next_check(
        set,
        payment,
        Some(error),
        max_backoff,
        limits,
    ))
}

/// Schedules the next check of a payment that is still open: after a backoff that doubles each time, and at the order's deadline
/// at the latest, since a payment is checked before its order expires; also as soon as it is certain that the provider
/// can no longer execute it.
fn schedule_next_check(
    set: &mut WorkingSet,
    payment: Payment,
    error: Option<String>,
    max_backoff: Duration,
    limits: Limits,
) -> Payment {
    if payment.next_check_at.is_none() {
        return payment;
    }
    let now = set.now();
    let backoff = limits
        .config
        .initial_backoff
        .saturating_mul(2_u32.saturating_pow(payment.attempts))
        .min(max_backoff);
    let order = set.order(payment.order);
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
    set.save_payment(payment)
}
