//! Rows that come with the events of another service, for requests that may be earlier.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::{Database, Transaction};

/// How many transactions may commit before a waiting request looks at the first. One that misses some tries once more.
const CAPACITY: usize = 64;

/// The keys of rows that a transaction adds.
struct Arrived<K>(Arc<[K]>);

/// Lets requests wait for rows that a consumer adds: somebody who has just reserved goes on to pay, and the payments service may not
/// know the order yet. Clones share it.
#[derive(Clone)]
pub struct Arrivals<K> {
    arrived: broadcast::Sender<Arc<[K]>>,
    /// How often to look for a row that another process may have added; `None` if there is no other process.
    poll: Option<Duration>,
}

/// How often to look for a row that another process may have added.
const POLL: Duration = Duration::from_millis(50);

impl<K: Any + PartialEq + Send + Sync> Arrivals<K> {
    /// What arrives in this database from now on.
    #[must_use]
    pub fn of(database: &Database) -> Self {
        let (arrived, _) = broadcast::channel(CAPACITY);
        let sender = arrived.clone();
        // A commit that failed is announced, too: a waiting request finds that there is still nothing.
        database.listen(move |Arrived(keys): &Arrived<K>, _| {
            // It fails when nobody waits.
            let _nobody_waits = sender.send(Arc::clone(keys));
        });
        Self {
            arrived,
            poll: (!database.is_sqlite()).then_some(POLL),
        }
    }

    /// Makes an attempt that needs the row with this key, and makes it again when the row has arrived, as long as it fails because
    /// that is missing, until the limit has passed.
    ///
    /// # Errors
    /// Those of the last attempt.
    pub async fn attempt<T, E, F>(
        &self,
        key: &K,
        limit: Duration,
        is_missing: impl Fn(&E) -> bool,
        attempt: impl Fn() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        match attempt().await {
            Err(error) if is_missing(&error) => {}
            outcome => return outcome,
        }
        let mut arrived = self.arrived.subscribe();
        // It may have arrived in between.
        let mut missing = match attempt().await {
            Err(error) if is_missing(&error) => error,
            outcome => return outcome,
        };
        if let Some(poll) = self.poll {
            let give_up = Instant::now() + limit;
            while Instant::now() < give_up {
                let arriving = Self::arriving(&mut arrived, key);
                let _arrived_or_not = tokio::time::timeout(poll, arriving).await;
                missing = match attempt().await {
                    Err(error) if is_missing(&error) => error,
                    outcome => return outcome,
                };
            }
            return Err(missing);
        }
        match tokio::time::timeout(limit, Self::arriving(&mut arrived, key)).await {
            Ok(()) => attempt().await,
            Err(_) => Err(missing),
        }
    }

    /// Waits until this process has added the row, or may have.
    async fn arriving(arrived: &mut broadcast::Receiver<Arc<[K]>>, key: &K) {
        loop {
            match arrived.recv().await {
                Ok(keys) if !keys.contains(key) => {}
                Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
            }
        }
    }
}

impl Transaction {
    /// Tells those who [wait](Arrivals) for these rows, once this transaction has committed.
    pub fn announce<K: Any + Send + Sync>(&mut self, keys: impl IntoIterator<Item = K>) {
        let keys: Arc<[K]> = keys.into_iter().collect();
        if !keys.is_empty() {
            self.notify(Arrived(keys));
        }
    }
}

impl<K> fmt::Debug for Arrivals<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}
