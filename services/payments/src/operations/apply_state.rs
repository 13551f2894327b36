//! Applying a state that the provider reports.

use contracts::{PaymentStatus, Timestamp};

use super::change;
use super::command::Done;
use super::working_set::{Keys, WorkingSet};
use crate::domain::{Payment, transition};
use crate::error::PaymentsError;
use crate::provider::{ChargeState, ChargeUpdate, Outcome};

/// The rows that a webhook about a payment needs.
pub(crate) fn keys(update: &ChargeUpdate, keys: &mut Keys) {
    keys.webhook(&update.event_id);
    keys.payment(update.payment);
}

/// Records an event and applies it, unless it was recorded before: then it has no effect. Having nothing to do is not an error: the
/// event may be older than the recorded state, or about something else on the provider's account. In any case the response to a call
/// that began before it is outdated.
pub(crate) fn receive(set: &mut WorkingSet, update: &ChargeUpdate) -> Result<Done, PaymentsError> {
    if !set.receive(&update.event_id, update.payment, update.state.outcome.as_str()) {
        return Ok(Done::without_effect(None));
    }
    let Some(payment) = set.payment(update.payment).cloned() else {
        return Ok(Done::received(None));
    };
    let revision = payment.revision;
    let payment = if is_uncertain(&payment, update.state.outcome) {
        change::start_refund(set, payment)
    } else {
        apply_state(set, payment, &update.state)?
    };
    let payment = if payment.revision == revision {
        set.save_payment(payment)
    } else {
        payment
    };
    Ok(Done::received(Some(payment)))
}

/// Whether a reported refund is uncertain: a refund can fail later, and webhooks may arrive in any order. Then the
/// refunds at the provider are checked.
fn is_uncertain(payment: &Payment, outcome: Outcome) -> bool {
    let is_failed = payment.status == PaymentStatus::Succeeded && payment.refund_failed_at.is_some();
    outcome == Outcome::Refunded && (payment.status == PaymentStatus::Refunding || is_failed)
}

/// Applies a state to a payment. It only ever advances.
pub(super) fn apply_state(
    set: &mut WorkingSet,
    payment: Payment,
    state: &ChargeState,
) -> Result<Payment, PaymentsError> {
    let now = set.now();
    let may_become = |status| transition(payment.status, status);
    let updated = Payment {
        reference: state.reference.clone().or_else(|| payment.reference.clone()),
        redirect_url: state
            .redirect_url
            .clone()
            .or_else(|| payment.redirect_url.clone()),
        ..payment.clone()
    };
    match state.outcome {
        Outcome::Processing if may_become(PaymentStatus::Processing) => {
            Ok(set.save_payment(updated.with_open_status(PaymentStatus::Processing, now)))
        }
        Outcome::Succeeded if may_become(PaymentStatus::Succeeded) => {
            let paid = Payment {
                succeeded_at: Some(succeeded_at(&payment, state, now)),
                ..updated
            };
            change::succeed(set, paid)
        }
        Outcome::Failed(reason) if may_become(PaymentStatus::Failed) => change::fail(set, updated, reason),
        Outcome::Refunded if may_become(PaymentStatus::Refunded) => change::refunded(set, updated),
        Outcome::RefundFailed => Ok(change::refund_failed(set, updated)),
        // The payment has already advanced; keep the reference.
        _ if payment.reference.is_none() && updated.reference.is_some() => Ok(set.save_payment(updated)),
        _ => Ok(payment),
    }
}

/// When the charge succeeded. The provider's clock may differ: no payment succeeds before it is started or after it is recorded.
fn succeeded_at(payment: &Payment, state: &ChargeState, now: Timestamp) -> Timestamp {
    state
        .succeeded_at
        .map_or(now, |at| at.max(payment.created_at).min(now))
}
