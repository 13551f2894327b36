//! Writing down what a question to the provider has brought.

use std::time::Duration;

use contracts::{PaymentFailure, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::settle::settle;
use super::{Limits, change};
use crate::provider::Outcome;
use crate::{Answer, Payment, PaymentsError, ProviderError, store};

/// What the provider replied: an answer, or that it does not know the payment so far; or there was no reply.
pub(super) type Reply = Result<Option<Answer>, ProviderError>;

/// What became of a reply, and the payment as it is then.
#[derive(Debug)]
pub(super) enum Recorded {
    /// It was written down.
    Current(Payment),
    /// Something else was written down since the question began, so it counts for nothing.
    Outdated(Payment),
}

/// Writes down what the provider replied to a question about a payment as it was `asked`, or that it did not reply. What is
/// still open afterwards is to be asked about again.
pub(super) async fn record(
    tx: &mut Transaction,
    asked: &Payment,
    reply: Reply,
    limits: Limits,
) -> Result<Recorded, PaymentsError> {
    let payment = store::find(tx.connection(), asked.id)
        .await?
        .ok_or(PaymentsError::NotFound)?;
    let is_outdated = match &reply {
        // No reply says nothing that could be older than anything.
        Err(_) => false,
        Ok(Some(answer)) => payment.revision != asked.revision && !says_what_is_known(answer, &payment),
        Ok(None) => payment.revision != asked.revision,
    };
    if is_outdated {
        return Ok(Recorded::Outdated(payment));
    }
    let recorded = match reply {
        Ok(Some(answer)) => {
            let payment = settle(tx, payment, &answer).await?;
            let error = (answer.outcome == Outcome::RefundFailed).then(|| "the refund failed".to_owned());
            ask_again(tx, payment, error, limits.config.longest_pause, limits).await?
        }
        Ok(None) => not_known(tx, payment, limits).await?,
        Err(error) => ask_again(tx, payment, Some(error.0), limits.config.longest_pause, limits).await?,
    };
    Ok(Recorded::Current(recorded))
}

/// Whether an answer, however old, differs in nothing from what is known now.
fn says_what_is_known(answer: &Answer, payment: &Payment) -> bool {
    let status = match answer.outcome {
        Outcome::Processing => PaymentStatus::Processing,
        Outcome::Succeeded => PaymentStatus::Succeeded,
        Outcome::Failed(_) => PaymentStatus::Failed,
        Outcome::Refunded => PaymentStatus::Refunded,
        Outcome::RefundFailed => return false,
    };
    payment.status == status
}

/// The provider does not know the payment. That is no refusal for as long as it may still carry the charge out: until then it
/// is looked for, ever more rarely. That time must have passed by the clock and by the age of the database: what is written off
/// stays so, and a clock can be ahead for a moment.
async fn not_known(tx: &mut Transaction, payment: Payment, limits: Limits) -> Result<Payment, PaymentsError> {
    if !payment.status.is_open() {
        return Ok(payment);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    let requested_at_age = store::charge_requested_at_age(tx.connection(), payment.id).await?;
    let limit_ms = i64::try_from(limits.charge_limit().as_millis()).unwrap_or(i64::MAX);
    let has_certainly_passed = tx.age_ms() >= requested_at_age.saturating_add(limit_ms);
    if payment.may_be_charged_until <= now && has_certainly_passed {
        return change::fail(tx, payment, PaymentFailure::Abandoned, now).await;
    }
    // A time later than this was written by a clock that was wrong.
    let until = payment.may_be_charged_until.min(limits.may_be_charged_until(now));
    let payment = Payment {
        may_be_charged_until: until,
        ..payment
    };
    let error = format!("the provider does not know this payment, and may carry it out until {until}");
    let longest = limits.config.max_lookup_backoff.max(limits.config.longest_pause);
    ask_again(tx, payment, Some(error), longest, limits).await
}

/// The next question about a payment that is still open comes after a pause that doubles each time, and at the order's deadline
/// in any case: before an order expires its payment is asked about. It comes, too, when it is certain that the provider carries
/// out nothing any more.
async fn ask_again(
    tx: &mut Transaction,
    payment: Payment,
    error: Option<String>,
    longest_pause: Duration,
    limits: Limits,
) -> Result<Payment, PaymentsError> {
    if payment.next_check_at.is_none() {
        return Ok(payment);
    }
    let now = Timestamp::from_millis(tx.now_ms());
    let pause = limits
        .config
        .first_pause
        .saturating_mul(2_u32.saturating_pow(payment.attempts))
        .min(longest_pause);
    let order = store::find_order(tx.connection(), payment.order).await?;
    let at_the_latest = [
        order.map(|order| order.expires_at),
        Some(payment.may_be_charged_until),
    ];
    let next = at_the_latest
        .into_iter()
        .flatten()
        .filter(|instant| now < *instant && payment.status.is_open())
        .fold(now.plus(pause), Timestamp::min);
    let payment = Payment {
        next_check_at: Some(next),
        attempts: payment.attempts.saturating_add(1),
        last_error: error,
        ..payment
    };
    store::save(tx.connection(), payment).await
}
