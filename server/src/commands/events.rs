//! `ticketing events`

use std::path::{Path, PathBuf};

use contracts::Timestamp;
use event_log::{Database, DatabaseError, IdSource, SharedClock, SystemClock};

use super::Report;
use crate::databases::{self, Databases};

/// Why the events could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// There is nothing to look at.
    #[error("{} not found: is this the data folder? Set it with --data-dir", .0.display())]
    Missing(PathBuf),
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] databases::OpenError),
    /// A database cannot be read or written.
    #[error("a database failed: {0}")]
    Database(#[from] DatabaseError),
}

/// Which events to try again.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The database whose parked events are tried again.
    pub consumer: String,
    /// The aggregate they are about; all when none is named.
    pub aggregate: Option<String>,
}

/// Says how far every consumer is, and which events are parked; no success if files do not belong together.
///
/// # Errors
/// When a database cannot be opened or read.
pub async fn list(folder: &Path) -> Result<Report, EventsError> {
    let databases = open(folder).await?;
    let mut text = format!(
        "{:<14} {:<10} {:>10} {:>10} {:>6} {:>9} {:>7}\n",
        "source", "consumer", "newest", "position", "lag", "retrying", "dead"
    );
    let mut divergences = Vec::new();
    for (source, consumer) in databases.relayed() {
        let status = event_log::status(source, consumer).await?;
        text += &format!(
            "{:<14} {:<10} {:>10} {:>10} {:>6} {:>9} {:>7}\n",
            status.source,
            status.consumer,
            status.head,
            status.position,
            status.lag,
            status.aside,
            status.parked
        );
        divergences.extend(status.divergence);
    }
    for divergence in &divergences {
        text += &format!(
            "\nnothing is delivered: {}\n",
            databases::divergence_of_files(divergence)
        );
    }
    for consumer in databases.all() {
        for parked in event_log::parked(consumer).await? {
            text += &format!(
                "\ndead-lettered at {} since {}: {} {} of {}, version {}\n  after {} attempts: {}\n  {}\n",
                consumer.name(),
                Timestamp::from_millis(parked.set_aside_at_ms),
                parked.event.subject,
                parked.event.aggregate_id,
                parked.source,
                parked.event.aggregate_version,
                parked.attempts,
                parked.error,
                parked.event.payload,
            );
        }
    }
    databases.close().await;
    Ok(Report {
        text,
        is_success: divergences.is_empty(),
    })
}

/// Lets parked events be tried again: by the running server with its next look, or by the next one that starts.
///
/// # Errors
/// When a database cannot be opened or written.
pub async fn replay(folder: &Path, replay: &Replay) -> Result<Report, EventsError> {
    let databases = open(folder).await?;
    let mut aggregates = 0;
    for (source, consumer) in databases.relayed() {
        if consumer.name() == replay.consumer {
            aggregates += event_log::replay(consumer, source.name(), replay.aggregate.as_deref()).await?;
        }
    }
    databases.close().await;
    Ok(Report {
        text: format!("{aggregates} dead-lettered aggregates will be retried\n"),
        is_success: aggregates > 0,
    })
}

/// The names of the databases that hear events.
#[must_use]
pub fn consumers() -> [&'static str; 3] {
    ["tickets", "orders", "payments"]
}

async fn open(folder: &Path) -> Result<Databases, EventsError> {
    let exists = |name| databases::file(folder, name).exists();
    if !exists("orders") {
        return Err(EventsError::Missing(databases::file(folder, "orders")));
    }
    let clock: SharedClock = SystemClock::shared();
    let ids = IdSource::system(clock.clone());
    let mut databases = Databases::open(folder, &clock, &ids).await?;
    if exists(databases::TEST_PROVIDER) {
        let _test_provider: Database = databases.open_test_provider(folder, &clock, &ids).await?;
    }
    Ok(databases)
}
