//! The API of the provider.

use std::time::Duration;

use event_log::{BatchQueue, Database, DatabaseError, Transaction};

use crate::batch::{Action, Answer, Charges, Request};
use crate::cards::{Behaviour, behaviour};
use crate::working_set::WorkingSet;
use crate::{ChargeStatus, TestCharge, UnknownStatus, store};

/// The longest sleep between two settlements: the machine's clock may jump.
const MAX_SLEEP: Duration = Duration::from_secs(10);

/// An error of the provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The connection broke. The request may have been executed.
    #[error("the connection broke before the response")]
    AnswerLost,
    /// There is no charge with that key.
    #[error("there is no charge with the key {0}")]
    NotFound(String),
    /// The key was used for another amount.
    #[error("the key {0} was used for another amount")]
    KeyReused(String),
    /// Its database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its database contains a row that it did not write.
    #[error(transparent)]
    Corrupt(#[from] UnknownStatus),
}

impl From<sqlx::Error> for ProviderError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The provider. Clones are the same one.
#[derive(Clone, Debug)]
pub struct TestProvider {
    db: Database,
    requests: BatchQueue<Charges>,
}

impl TestProvider {
    /// The provider on its database, which was opened with [`crate::MIGRATIONS`]; a delayed charge takes `delay`.
    #[must_use]
    pub fn new(db: Database, delay: Duration) -> Self {
        let requests = BatchQueue::new(db.clone(), Charges { delay });
        Self { db, requests }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// Charges a card. The same key is the same charge: a repetition charges nothing again.
    ///
    /// # Errors
    /// `AnswerLost`: the charge was made and the response was lost. `KeyReused`.
    pub async fn charge(
        &self,
        key: &str,
        amount_cents: i64,
        token: &str,
    ) -> Result<TestCharge, ProviderError> {
        let behaviour = behaviour(token);
        let action = Action::Charge {
            amount_cents,
            behaviour,
        };
        let answer = self.request(key, action).await?;
        if answer.is_new && behaviour == Behaviour::LoseAnswer {
            return Err(ProviderError::AnswerLost);
        }
        Ok(answer.charge)
    }

    /// The current state of a charge; `None` if it was never requested.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn find(&self, key: &str) -> Result<Option<TestCharge>, ProviderError> {
        self.complete_due_charges().await?;
        store::find(self.db.background_reader(), key).await
    }

    /// Cancels an undecided charge. A decided one stays as it is.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn cancel(&self, key: &str) -> Result<TestCharge, ProviderError> {
        self.complete_due_charges().await?;
        Ok(self.request(key, Action::Cancel).await?.charge)
    }

    /// Refunds a charge. A repetition refunds nothing again.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn refund(&self, key: &str) -> Result<TestCharge, ProviderError> {
        self.complete_due_charges().await?;
        Ok(self.request(key, Action::Refund).await?.charge)
    }

    /// Settles the charges that are due. Returns how many there were.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn complete_due_charges(&self) -> Result<usize, ProviderError> {
        let now_ms = self.db.clock().now_ms();
        let next = store::next_due(self.db.background_reader()).await?;
        if next.is_none_or(|next| next > now_ms) {
            return Ok(0);
        }
        self.db.write(|tx| Box::pin(complete_due_charges(tx))).await
    }

    /// Settles the charges that are due, and returns the time until the next one.
    pub(crate) async fn run_worker_step(self) -> Result<Duration, ProviderError> {
        let mut next = store::next_due(self.db.background_reader()).await?;
        if next.is_some_and(|next| next <= self.db.clock().now_ms()) {
            self.complete_due_charges().await?;
            next = store::next_due(self.db.background_reader()).await?;
        }
        let millis = next.map(|next| next.saturating_sub(self.db.clock().now_ms()).max(0));
        let sleep = millis
            .and_then(|millis| u64::try_from(millis).ok())
            .map(Duration::from_millis);
        Ok(sleep.map_or(MAX_SLEEP, |sleep| sleep.min(MAX_SLEEP)))
    }

    async fn request(&self, key: &str, action: Action) -> Result<Answer, ProviderError> {
        let key = key.to_owned();
        self.requests.submit_follow_up(Request { key, action }).await
    }
}

async fn complete_due_charges(tx: &mut Transaction) -> Result<usize, ProviderError> {
    let now_ms = tx.now_ms();
    let due = store::due(tx.connection(), now_ms).await?;
    let (count, mut set) = (due.len(), WorkingSet::of(tx, Vec::new()));
    for charge in due {
        set.put(TestCharge {
            status: ChargeStatus::Succeeded,
            settles_at_ms: None,
            // It was due then, whenever it is settled.
            succeeded_at_ms: charge.settles_at_ms,
            version: charge.version + 1,
            ..charge
        })?;
    }
    set.save(tx).await?;
    Ok(count)
}
