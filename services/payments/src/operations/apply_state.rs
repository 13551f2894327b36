//! Applying a state that the provider reports.

use contracts::{PaymentStatus, Timestamp};
use event_log::{ApplyError, Event, Transaction};

use super::change;
use crate::domain::{Payment, transition};
use crate::error::PaymentsError;
use crate::provider::{ChargeState, ChargeUpdate, Outcome, charge_update};
use crate::store::Tables;

/// Receives an event of the test provider as the webhook endpoint receives a real provider's: through the inbox.
pub(crate) async fn receive_charge(tx: &mut Transaction, event: Event) -> Result<(), ApplyError> {
    let update = charge_update(&event)?;
    receive(tx, &update).await?;
    Ok(())
}

/// Records an event and applies it, unless it was recorded before; returns whether it is new. Having nothing to do is not an error:
/// the event may be older than the recorded state, or about something else on the provider's account. In any case the response to a
/// call that began before it is outdated.
pub(super) async fn receive(tx: &mut Transaction, update: &ChargeUpdate) -> Result<bool, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if !tx.inbox().receive(update, now).await? {
        return Ok(false);
    }
    let Some(payment) = tx.payments().find(update.payment).await? else {
        return Ok(true);
    };
    let revision = payment.revision;
    let payment = if is_uncertain(&payment, update.state.outcome) {
        change::start_refund(tx, payment, now).await?
    } else {
        apply_state(tx, payment, &update.state).await?
    };
    if payment.revision == revision {
        tx.payments().bump_revision(payment.id).await?;
    }
    Ok(true)
}

/// Whether a reported refund is uncertain: a refund can fail later, and webhooks may arrive in any order. Then the
/// refunds at the provider are checked.
fn is_uncertain(payment: &Payment, outcome: Outcome) -> bool {
    let is_failed = payment.status == PaymentStatus::Succeeded && payment.refund_failed_at.is_some();
    outcome == Outcome::Refunded && (payment.status == PaymentStatus::Refunding || is_failed)
}

/// Applies a state to a payment. It only ever advances.
pub(super) async fn apply_state(
    tx: &mut Transaction,
    payment: Payment,
    state: &ChargeState,
) -> Result<Payment, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
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
            tx.payments()
                .save(updated.with_open_status(PaymentStatus::Processing, now))
                .await
        }
        Outcome::Succeeded if may_become(PaymentStatus::Succeeded) => {
            let paid = Payment {
                succeeded_at: Some(succeeded_at(&payment, state, now)),
                ..updated
            };
            change::succeed(tx, paid, now).await
        }
        Outcome::Failed(reason) if may_become(PaymentStatus::Failed) => {
            change::fail(tx, updated, reason, now).await
        }
        Outcome::Refunded if may_become(PaymentStatus::Refunded) => change::refunded(tx, updated, now).await,
        Outcome::RefundFailed => change::refund_failed(tx, updated, now).await,
        // The payment has already advanced; keep the reference.
        _ if payment.reference.is_none() && updated.reference.is_some() => tx.payments().save(updated).await,
        _ => Ok(payment),
    }
}

/// When the charge succeeded. The provider's clock may differ: no payment succeeds before it is started or after it is recorded.
fn succeeded_at(payment: &Payment, state: &ChargeState, now: Timestamp) -> Timestamp {
    state
        .succeeded_at
        .map_or(now, |at| at.max(payment.created_at).min(now))
}
