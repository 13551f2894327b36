//! Writing down what the provider says.

use contracts::{PaymentId, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::{PaymentsConfig, change};
use crate::provider::Outcome;
use crate::{Answer, Notice, Payment, PaymentsError, ProviderError, store, transition};

/// Takes a message in and has its effect, unless that was had before; says whether it was news. Nothing to do is no error:
/// the message may be older than what is known, or about something else that the provider does for its account.
pub(crate) async fn receive(tx: &mut Transaction, notice: &Notice) -> Result<bool, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if !store::receive(tx.connection(), notice, now).await? {
        return Ok(false);
    }
    let Some(payment) = store::find(tx.connection(), notice.payment).await? else {
        return Ok(true);
    };
    if payment.status == PaymentStatus::Refunding && notice.answer.outcome == Outcome::Refunded {
        // A refund can still be taken back, and messages may come in any order: how it stands is asked.
        change::give_back(tx, payment, now).await?;
    } else {
        settle(tx, payment, &notice.answer).await?;
    }
    Ok(true)
}

/// Writes down what the provider answered to a question, or that it did not answer. What is still open afterwards is to
/// be asked about again.
pub(super) async fn conclude(
    tx: &mut Transaction,
    id: PaymentId,
    answer: Result<Answer, ProviderError>,
    config: PaymentsConfig,
) -> Result<Payment, PaymentsError> {
    let payment = store::find(tx.connection(), id)
        .await?
        .ok_or(PaymentsError::NotFound)?;
    let payment = match &answer {
        Ok(answer) => settle(tx, payment, answer).await?,
        Err(_) => payment,
    };
    if payment.next_check_at.is_none() {
        return Ok(payment);
    }
    ask_again(tx, payment, answer.err(), config).await
}

async fn settle(tx: &mut Transaction, payment: Payment, answer: &Answer) -> Result<Payment, PaymentsError> {
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
            let processing = named.open(PaymentStatus::Processing, now);
            store::save(tx.connection(), &processing, payment.status).await?;
            Ok(processing)
        }
        Outcome::Succeeded if may_become(PaymentStatus::Succeeded) => change::succeed(tx, named, now).await,
        Outcome::Failed(reason) if may_become(PaymentStatus::Failed) => {
            change::fail(tx, named, reason, now).await
        }
        Outcome::Refunded if may_become(PaymentStatus::Refunded) => change::refunded(tx, named, now).await,
        // The one way back: whoever was told that the money is on its way does not have it.
        Outcome::RefundFailed if payment.status == PaymentStatus::Refunded => {
            tracing::warn!(payment.id = %payment.id, "a refund failed after it had succeeded");
            change::give_back(tx, named, now).await
        }
        // What is known is further on.
        _ => Ok(payment),
    }
}

/// The next question comes after a pause that doubles each time, and at the order's deadline in any case: before an
/// order expires its payment is asked about.
async fn ask_again(
    tx: &mut Transaction,
    payment: Payment,
    error: Option<ProviderError>,
    config: PaymentsConfig,
) -> Result<Payment, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let pause = config
        .first_pause
        .saturating_mul(2_u32.saturating_pow(payment.attempts))
        .min(config.longest_pause);
    let order = store::find_order(tx.connection(), payment.order).await?;
    let deadline = order
        .map(|order| order.expires_at)
        .filter(|deadline| now < *deadline && payment.status.is_open());
    let later = now.plus(pause);
    let payment = Payment {
        next_check_at: Some(deadline.map_or(later, |deadline| deadline.min(later))),
        attempts: payment.attempts.saturating_add(1),
        last_error: error.map(|error| error.0),
        ..payment
    };
    let was = payment.status;
    store::save(tx.connection(), &payment, was).await?;
    Ok(payment)
}
