//! The API of the provider.

use std::time::Duration;

use event_log::{Database, DatabaseError, Transaction};

use crate::cards::{Behaviour, behaviour};
use crate::{ChargeStatus, Decline, TestCharge, UnknownStatus, store};

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
    delay: Duration,
}

impl TestProvider {
    /// The provider on its database, which was opened with [`crate::MIGRATIONS`]; a delayed charge takes `delay`.
    #[must_use]
    pub fn new(db: Database, delay: Duration) -> Self {
        Self { db, delay }
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
        let (key, delay) = (key.to_owned(), self.delay);
        let (charge, is_new) = self
            .db
            .write(move |tx| Box::pin(async move { charge(tx, key, amount_cents, behaviour, delay).await }))
            .await?;
        if is_new && behaviour == Behaviour::LoseAnswer {
            return Err(ProviderError::AnswerLost);
        }
        Ok(charge)
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
        self.change(key, |charge| {
            if charge.status == ChargeStatus::Processing {
                charge.status = ChargeStatus::Failed;
                charge.failure = Some(Decline::Abandoned);
            }
        })
        .await
    }

    /// Refunds a charge. A repetition refunds nothing again.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn refund(&self, key: &str) -> Result<TestCharge, ProviderError> {
        self.complete_due_charges().await?;
        self.change(key, |charge| {
            if charge.status == ChargeStatus::Succeeded {
                charge.status = ChargeStatus::Refunded;
            }
        })
        .await
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
        self.complete_due_charges().await?;
        let next = store::next_due(self.db.background_reader()).await?;
        let millis = next.map(|next| next.saturating_sub(self.db.clock().now_ms()).max(0));
        let sleep = millis
            .and_then(|millis| u64::try_from(millis).ok())
            .map(Duration::from_millis);
        Ok(sleep.map_or(MAX_SLEEP, |sleep| sleep.min(MAX_SLEEP)))
    }

    async fn change(
        &self,
        key: &str,
        change: impl FnOnce(&mut TestCharge) + Send + 'static,
    ) -> Result<TestCharge, ProviderError> {
        let key = key.to_owned();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let before = store::find(tx.connection(), &key).await?;
                    let before = before.ok_or(ProviderError::NotFound(key))?;
                    let mut after = before.clone();
                    change(&mut after);
                    if after != before {
                        after.settles_at_ms = None;
                        after.version += 1;
                        save(tx, &after).await?;
                    }
                    Ok(after)
                })
            })
            .await
    }
}

async fn charge(
    tx: &mut Transaction,
    key: String,
    amount_cents: i64,
    behaviour: Behaviour,
    delay: Duration,
) -> Result<(TestCharge, bool), ProviderError> {
    if let Some(made) = store::find(tx.connection(), &key).await? {
        if made.amount_cents != amount_cents {
            return Err(ProviderError::KeyReused(key));
        }
        return Ok((made, false));
    }
    let delay_ms = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
    let (status, failure, settles_at_ms) = match behaviour {
        Behaviour::Succeed | Behaviour::LoseAnswer => (ChargeStatus::Succeeded, None, None),
        Behaviour::Decline(decline) => (ChargeStatus::Failed, Some(decline), None),
        Behaviour::Delay => (
            ChargeStatus::Processing,
            None,
            Some(tx.now_ms().saturating_add(delay_ms)),
        ),
    };
    let charge = TestCharge {
        key,
        amount_cents,
        status,
        failure,
        settles_at_ms,
        succeeded_at_ms: (status == ChargeStatus::Succeeded).then(|| tx.now_ms()),
        version: 0,
    };
    save(tx, &charge).await?;
    Ok((charge, true))
}

async fn complete_due_charges(tx: &mut Transaction) -> Result<usize, ProviderError> {
    let now_ms = tx.now_ms();
    let due = store::due(tx.connection(), now_ms).await?;
    let count = due.len();
    for charge in due {
        let completed = TestCharge {
            status: ChargeStatus::Succeeded,
            settles_at_ms: None,
            // It was due then, whenever it is settled.
            succeeded_at_ms: charge.settles_at_ms,
            version: charge.version + 1,
            ..charge
        };
        save(tx, &completed).await?;
    }
    Ok(count)
}

async fn save(tx: &mut Transaction, charge: &TestCharge) -> Result<(), ProviderError> {
    store::save(tx.connection(), charge).await?;
    tx.append(charge.status.subject(), &charge.key, charge.version, charge)
        .await?;
    Ok(())
}
