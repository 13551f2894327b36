//! What the provider says, and what follows from it.

use contracts::{PaymentStatus, Timestamp};
use event_log::Transaction;

use super::change;
use crate::provider::Outcome;
use crate::{Answer, Notice, Payment, PaymentsError, store, transition};

/// Takes a message in and has its effect, unless that was had before; says whether it was news. Nothing to do is no error:
/// the message may be older than what is known, or about something else that the provider does for its account. Whatever it
/// says, an answer to a question that began before it counts for nothing any more.
pub(crate) async fn receive(tx: &mut Transaction, notice: &Notice) -> Result<bool, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if !store::receive(tx.connection(), notice, now).await? {
        return Ok(false);
    }
    let Some(payment) = store::find(tx.connection(), notice.payment).await? else {
        return Ok(true);
    };
    let revision = payment.revision;
    let payment = if is_in_question(&payment, notice.answer.outcome) {
        change::give_back(tx, payment, now).await?
    } else {
        settle(tx, payment, &notice.answer).await?
    };
    if payment.revision == revision {
        store::note_message(tx.connection(), payment.id).await?;
    }
    Ok(true)
}

/// Whether money is said to be back of which that is not certain: a refund can still be taken back, and messages may come in
/// any order. How it stands is asked.
fn is_in_question(payment: &Payment, outcome: Outcome) -> bool {
    let is_failed = payment.status == PaymentStatus::Succeeded && payment.refund_failed_at.is_some();
    outcome == Outcome::Refunded && (payment.status == PaymentStatus::Refunding || is_failed)
}

/// The payment after what the provider says of it.
pub(super) async fn settle(
    tx: &mut Transaction,
    payment: Payment,
    answer: &Answer,
) -> Result<Payment, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let may_become = |status| transition(payment.status, status);
    let named = Payment {
        reference: answer.reference.clone().or_else(|| payment.reference.clone()),
        redirect_url: answer
            .redirect_url
            .clone()
            .or_else(|| payment.redirect_url.clone()),
        ..payment.clone()
    };
    match answer.outcome {
        Outcome::Processing if may_become(PaymentStatus::Processing) => {
            store::save(tx.connection(), named.open(PaymentStatus::Processing, now)).await
        }
        Outcome::Succeeded if may_become(PaymentStatus::Succeeded) => {
            let paid = Payment {
                succeeded_at: Some(succeeded_at(&payment, answer, now)),
                ..named
            };
            change::succeed(tx, paid, now).await
        }
        Outcome::Failed(reason) if may_become(PaymentStatus::Failed) => {
            change::fail(tx, named, reason, now).await
        }
        Outcome::Refunded if may_become(PaymentStatus::Refunded) => change::refunded(tx, named, now).await,
        Outcome::RefundFailed => change::refund_failed(tx, named, now).await,
        // What is known is further on. What the provider calls the payment is true all the same.
        _ if payment.reference.is_none() && named.reference.is_some() => {
            store::save(tx.connection(), named).await
        }
        _ => Ok(payment),
    }
}

/// When the provider said yes. Its clock is another one: nothing was paid before it was begun, or after it was heard of.
fn succeeded_at(payment: &Payment, answer: &Answer, now: Timestamp) -> Timestamp {
    answer
        .succeeded_at
        .map_or(now, |at| at.max(payment.created_at).min(now))
}
