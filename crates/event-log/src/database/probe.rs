//! Whether a database works, found out by using it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::Database;
use crate::{DatabaseError, store};

/// How long a successful probe write is reused, so that frequent checks do not wear out the disk.
const SUCCESS_TTL: Duration = Duration::from_secs(3);

/// How long a failed write is reused. It wrote nothing, and recovery should be seen soon.
const FAILURE_TTL: Duration = Duration::from_millis(500);

/// How long the write may take, its turn included.
const WRITE_LIMIT: Duration = Duration::from_secs(5);

type Outcome = Result<(), Arc<DatabaseError>>;

/// When the last probe write was made, and its result.
#[derive(Default)]
pub(super) struct Probe(Mutex<Option<(Instant, Outcome)>>);

impl Database {
    /// Whether the database can be read and written, for readiness. It does both; a write that is a few seconds old replaces a new
    /// one.
    ///
    /// # Errors
    /// When it cannot, or not in time: it is locked or damaged, or the disk is full.
    pub async fn check(&self) -> Result<(), Arc<DatabaseError>> {
        store::events::newest_sequence(self.background_reader()).await?;
        // Held during the write, so that of many concurrent checks one writes.
        let mut last = self.inner.probe.0.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < life(outcome)
        {
            return outcome.clone();
        }
        let writing = self.write(|tx| Box::pin(store::probe::write(tx.connection())));
        let outcome = match timeout(WRITE_LIMIT, writing).await {
            Ok(outcome) => outcome.map_err(Arc::new),
            Err(_) => Err(Arc::new(sqlx::Error::PoolTimedOut.into())),
        };
        if let Err(error) = &outcome {
            tracing::error!(database = self.name(), %error, "the database cannot be written");
        }
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }
}

fn life(outcome: &Outcome) -> Duration {
    if outcome.is_ok() { SUCCESS_TTL } else { FAILURE_TTL }
}
