//! The operations on payments.

mod change;
mod pay;
mod reconcile;
mod settle;
mod start;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contracts::{OrderId, PaymentId, Timestamp, UserId};
use event_log::Database;
use web::Keep;

pub(crate) use change::give_back;
pub(crate) use settle::receive;

use crate::{Answer, Notice, Payment, PaymentsError, Provider, ProviderError, store};

/// How the service behaves. Whole milliseconds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentsConfig {
    /// How long to wait for an answer of the provider.
    pub answer_limit: Duration,
    /// How long after a question without a decision the provider is asked again; it doubles with every question.
    pub first_pause: Duration,
    /// The longest pause between two questions.
    pub longest_pause: Duration,
    /// After how many questions a payment counts as one that cannot be settled. It is asked about for ever, all the same.
    pub patience: u32,
}

/// Twenty seconds for an answer; questions after 2, 4, 8 … seconds, at most five minutes apart; eight of them are many.
impl Default for PaymentsConfig {
    fn default() -> Self {
        Self {
            answer_limit: Duration::from_secs(20),
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_secs(5 * 60),
            patience: 8,
        }
    }
}

/// The payments service: who has paid what, and which money goes back.
#[derive(Clone)]
pub struct Payments {
    db: Database,
    provider: Arc<dyn Provider>,
    config: PaymentsConfig,
}

impl Payments {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database, provider: Arc<dyn Provider>, config: PaymentsConfig) -> Self {
        Self { db, provider, config }
    }

    /// The provider.
    #[must_use]
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    /// The database, for those who wait for its commits.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// The present instant, as this service sees it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// One's own payment.
    ///
    /// # Errors
    /// `NotFound`, `NotOwner`.
    pub async fn find(&self, buyer: UserId, id: PaymentId) -> Result<Payment, PaymentsError> {
        let payment = store::find(self.db.reader(), id)
            .await?
            .ok_or(PaymentsError::NotFound)?;
        if payment.buyer == buyer {
            Ok(payment)
        } else {
            Err(PaymentsError::NotOwner)
        }
    }

    /// Every payment of an order, the oldest first. Whose it is must have been looked at.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn of_order(&self, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
        store::of_order(self.db.reader(), order).await
    }

    /// Takes a message of the provider in, and says whether it was news. Its effect comes once, however often and in
    /// whatever order messages come.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn receive(&self, notice: Notice) -> Result<bool, PaymentsError> {
        self.db
            .write(move |tx| Box::pin(async move { settle::receive(tx, &notice).await }))
            .await
    }

    /// Payments that do not come to their end though the provider was asked many times, the oldest first.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn unsettled(&self) -> Result<Vec<Payment>, PaymentsError> {
        let (provider, patience) = (self.provider.name(), self.config.patience);
        store::unsettled(self.db.reader(), provider, self.now(), patience).await
    }

    /// Waits for an answer of the provider, as long as is reasonable.
    async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        match tokio::time::timeout(self.config.answer_limit, question).await {
            Ok(answer) => answer,
            Err(_) => Err(ProviderError("not in time".to_owned())),
        }
    }

    /// Writes down what the provider answered, or that it did not.
    async fn conclude(
        &self,
        payment: Payment,
        answer: Result<Answer, ProviderError>,
        keep: Keep<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let config = self.config;
        if let Err(error) = &answer {
            tracing::warn!(payment.id = %payment.id, %error, "a payment is in doubt and will be asked about again");
        }
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let payment = settle::conclude(tx, payment.id, answer, config).await?;
                    keep.replace(tx, &payment).await?;
                    Ok(payment)
                })
            })
            .await
    }
}

impl fmt::Debug for Payments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payments")
            .field("provider", &self.provider.name())
            .finish_non_exhaustive()
    }
}
