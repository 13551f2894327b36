//! Asking the provider about a payment, until it is certain that the answer is not older than what is known.

use contracts::{OrderStatus, PaymentStatus, Timestamp};
use event_log::Transaction;
use sqlx::SqliteConnection;
use web::Keep;

use super::record::{Recorded, Reply, record};
use super::{Limits, Payments};
use crate::provider::Outcome;
use crate::{Payment, PaymentsError, ProviderError, store};

/// How often the same is asked because something was heard in the meantime. After that it is left to the reconciliation.
const MOST_REPETITIONS: u32 = 5;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// For the money, for the first time.
    Charge,
    /// For whatever the payment's status needs.
    NextStep,
}

impl Payments {
    /// Asks, and writes the answer down. If something was written down about the payment since the question began, the answer
    /// may be older than that: it is thrown away, and the provider is asked again.
    pub(super) async fn settle_by_asking(
        &self,
        payment: Payment,
        first: Question,
        keep: Keep<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let (mut asked, mut question) = (payment, first);
        for _ in 0..MOST_REPETITIONS {
            let reply = match question {
                Question::Charge => self.within_limit(self.provider.charge(&asked)).await.map(Some),
                Question::NextStep => self.next_step(&mut asked).await?,
            };
            if let Err(error) = &reply {
                tracing::warn!(payment.id = %asked.id, %error, "a payment is in doubt and will be asked about again");
            }
            match self.record(asked, reply, keep.clone()).await? {
                Recorded::Current(payment) => return Ok(payment),
                Recorded::Outdated(payment) => {
                    tracing::info!(payment.id = %payment.id, "an answer about a payment was older than a message; asking again");
                    (asked, question) = (payment, Question::NextStep);
                }
            }
        }
        tracing::warn!(payment.id = %asked.id, "messages about a payment came faster than answers; asking later");
        Ok(asked)
    }

    /// Asks what a payment in its status is to be asked about. A payment that is written down anew on the way becomes that.
    async fn next_step(&self, payment: &mut Payment) -> Result<Reply, PaymentsError> {
        match payment.status {
            PaymentStatus::Refunding => self.refund(payment).await,
            PaymentStatus::Intended | PaymentStatus::Processing => self.charge_state(payment).await,
            PaymentStatus::Succeeded | PaymentStatus::Failed | PaymentStatus::Refunded => {
                Ok(self.within_limit(self.provider.find(payment)).await)
            }
        }
    }

    /// What became of a charge. One that is not decided and not wanted any more is taken back; one that is wanted and that the
    /// provider does not know is asked for again, under the same keys.
    async fn charge_state(&self, payment: &mut Payment) -> Result<Reply, PaymentsError> {
        let mut connection = self.db.internal_reader().acquire().await?;
        let is_wanted = is_wanted(&mut connection, payment, self.now()).await?;
        drop(connection);
        match self.within_limit(self.provider.find(payment)).await {
            Ok(Some(answer)) if answer.outcome == Outcome::Processing && !is_wanted => {
                Ok(self.within_limit(self.provider.cancel(payment)).await.map(Some))
            }
            Ok(None) if is_wanted => match self.intend_again(payment).await? {
                Some(again) => {
                    *payment = again;
                    Ok(self.within_limit(self.provider.charge(payment)).await.map(Some))
                }
                None => Ok(Ok(None)),
            },
            reply => Ok(reply),
        }
    }

    /// Writes down that the money is about to be asked for once more, unless something was written down since, or nobody wants
    /// it any more.
    async fn intend_again(&self, asked: &Payment) -> Result<Option<Payment>, PaymentsError> {
        let (id, revision, limits) = (asked.id, asked.revision, self.limits);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let payment = store::find(tx.connection(), id)
                        .await?
                        .ok_or(PaymentsError::NotFound)?;
                    intend_again(tx, payment, revision, limits).await
                })
            })
            .await
    }

    /// Waits for an answer of the provider, as long as is reasonable.
    pub(super) async fn within_limit<T>(
        &self,
        question: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        match tokio::time::timeout(self.limits.config.answer_limit, question).await {
            Ok(answer) => answer,
            Err(_) => Err(ProviderError("not in time".to_owned())),
        }
    }

    /// Writes down what the provider answered, or that it did not.
    async fn record(
        &self,
        asked: Payment,
        reply: Reply,
        keep: Keep<Payment>,
    ) -> Result<Recorded, PaymentsError> {
        let limits = self.limits;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let recorded = record(tx, &asked, reply, limits).await?;
                    if let Recorded::Current(payment) = &recorded {
                        keep.replace(tx, payment).await?;
                    }
                    Ok(recorded)
                })
            })
            .await
    }
}

async fn intend_again(
    tx: &mut Transaction,
    payment: Payment,
    revision: i64,
    limits: Limits,
) -> Result<Option<Payment>, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if payment.revision != revision || !is_wanted(tx.connection(), &payment, now).await? {
        return Ok(None);
    }
    let again = Payment {
        may_be_charged_until: limits.may_be_charged_until(now).max(payment.may_be_charged_until),
        ..payment
    };
    let age_ms = tx.age_ms();
    store::note_charge_request(tx.connection(), again.id, age_ms).await?;
    store::save(tx.connection(), again).await.map(Some)
}

/// Whether the order of an open payment still waits for money: it is not over, and nothing else has paid for it.
async fn is_wanted(
    db: &mut SqliteConnection,
    payment: &Payment,
    now: Timestamp,
) -> Result<bool, PaymentsError> {
    let Some(order) = store::find_order(&mut *db, payment.order).await? else {
        return Ok(false);
    };
    let standing = store::standing(&mut *db, payment.order).await?;
    let is_paid = order.status == OrderStatus::Complete || standing.is_paid;
    Ok(!is_paid && !order.is_over(now))
}
