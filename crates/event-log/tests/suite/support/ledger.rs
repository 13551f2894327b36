//! A source that changes accounts and publishes events, and a consumer that keeps the ledger.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{ApplyError, BoxFuture, Database, DatabaseError, Event, Handler, Transaction};
use serde::{Deserialize, Serialize};

pub(crate) const CHANGED: &str = "account:changed";
pub(crate) const NOTED: &str = "account:noted";

#[derive(Serialize, Deserialize)]
pub(crate) struct Changed {
    pub(crate) amount: i64,
}

/// Adds to an account and appends the event that describes it, in one transaction. Returns the event's sequence.
pub(crate) async fn add(database: &Database, account: &str, amount: i64) -> Result<i64, DatabaseError> {
    let account = account.to_owned();
    database
        .write(move |tx| Box::pin(async move { add_within(tx, &account, amount).await }))
        .await
}

pub(crate) async fn add_within(
    tx: &mut Transaction,
    account: &str,
    amount: i64,
) -> Result<i64, DatabaseError> {
    let version: i64 = unchecked_scalar(
        "INSERT INTO accounts (id, version, total) VALUES ($1, 0, $2)
         ON CONFLICT (id) DO UPDATE SET version = version + 1, total = total + $2 RETURNING version",
    )
    .bind(account)
    .bind(amount)
    .fetch_one(tx.connection())
    .await?;
    tx.append(CHANGED, account, version, &Changed { amount }).await
}

/// Records every event that it consumes. It never checks versions: a repeated event is recorded twice.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    source: &'static str,
    rejected: Arc<Mutex<HashSet<String>>>,
}

impl Ledger {
    pub(crate) fn of(source: &'static str) -> Self {
        Self {
            source,
            rejected: Arc::default(),
        }
    }

    /// From now on the events of this account are rejected.
    pub(crate) fn reject(&self, account: &str) {
        self.rejected.lock().unwrap().insert(account.to_owned());
    }

    /// From now on the events of this account are accepted.
    pub(crate) fn accept(&self, account: &str) {
        self.rejected.lock().unwrap().remove(account);
    }
}

impl Handler for Ledger {
    fn subjects(&self) -> &'static [&'static str] {
        &[CHANGED]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            // The effect comes before the refusal, so that the tests see it rolled back.
            enter(tx, self.source, event).await?;
            if self.rejected.lock().unwrap().contains(&event.aggregate_id) {
                return Err(ApplyError::Rejected(format!(
                    "{} is not welcome",
                    event.aggregate_id
                )));
            }
            Ok(())
        })
    }
}

pub(crate) async fn enter(tx: &mut Transaction, source: &str, event: &Event) -> Result<(), ApplyError> {
    let Changed { amount } = event.decode()?;
    unchecked(
        "INSERT INTO entries (source, sequence, aggregate_id, version, amount) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(source)
    .bind(event.sequence)
    .bind(&event.aggregate_id)
    .bind(event.aggregate_version)
    .bind(amount)
    .execute(tx.connection())
    .await?;
    unchecked(
        "INSERT INTO totals (id, total) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET total = total + $2",
    )
    .bind(&event.aggregate_id)
    .bind(amount)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The consumer's records, in order: account and version.
pub(crate) async fn entries(consumer: &Database) -> Vec<(String, i64)> {
    unchecked("SELECT aggregate_id, version FROM entries ORDER BY rowid")
        .fetch_all(consumer.reader())
        .await
        .unwrap()
}

/// The versions of one account that the consumer wrote, in order.
pub(crate) async fn versions(consumer: &Database, account: &str) -> Vec<i64> {
    entries(consumer)
        .await
        .into_iter()
        .filter(|(id, _)| id == account)
        .map(|(_, version)| version)
        .collect()
}
