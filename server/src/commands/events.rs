//! `ticketing events`

use std::io;
use std::path::PathBuf;

use contracts::Timestamp;
use event_log::{DatabaseError, IdSource, SystemClock};
use service::{Databases, Definition, Storage};

use super::Report;
use crate::compose::{self, NoFile, NoSchema};

/// The errors of `ticketing events`.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The data directory does not exist.
    #[error("{} not found: is this the data directory? Set it with --data-dir", .0.display())]
    Missing(PathBuf),
    /// The file of a database cannot be read.
    #[error("{} cannot be read: {problem}. Run this as the user that owns the data directory, or set another with --data-dir", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// A service has no database on PostgreSQL.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] service::OpenError),
    /// A database cannot be read or written.
    #[error("a database failed: {0}")]
    Database(#[from] DatabaseError),
}

/// Which events to retry.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The database whose dead letters are retried.
    pub consumer: String,
    /// Their aggregate; all if `None`.
    pub aggregate: Option<String>,
}

/// Reports the position of every consumer, and the dead letters; fails if the files do not belong together.
///
/// # Errors
/// When a database cannot be opened or read.
pub async fn list(storage: &Storage) -> Result<Report, EventsError> {
    let databases = open(storage).await?;
    let mut text = format!(
        "{:<14} {:<10} {:>10} {:>10} {:>6} {:>9} {:>13}\n",
        "source", "consumer", "head", "position", "lag", "retrying", "dead-lettered"
    );
    let mut divergences = Vec::new();
    for (source, consumer) in databases.relay_endpoints() {
        let status = event_log::status(source, consumer).await?;
        text += &format!(
            "{:<14} {:<10} {:>10} {:>10} {:>6} {:>9} {:>13}\n",
            status.source,
            status.consumer,
            status.head,
            status.position,
            status.lag,
            status.retrying,
            status.dead_lettered
        );
        divergences.extend(status.divergence);
    }
    for divergence in &divergences {
        text += &format!(
            "\nnothing is being delivered: {}\n",
            service::divergence_text(divergence)
        );
    }
    for consumer in databases.all() {
        for letter in event_log::dead_letters(consumer).await? {
            text += &format!(
                "\ndead-lettered at {} since {}: {} {} of {}, version {}\n  after {} attempts: {}\n  {}\n",
                consumer.name(),
                Timestamp::from_millis(letter.queued_at_ms),
                letter.event.subject,
                letter.event.aggregate_id,
                letter.source,
                letter.event.aggregate_version,
                letter.attempts,
                letter.error,
                letter.event.payload,
            );
        }
    }
    databases.close().await;
    Ok(Report {
        text,
        is_success: divergences.is_empty(),
    })
}

/// Makes dead letters due again: for the running server in its next pass, or for the next start.
///
/// # Errors
/// When a database cannot be opened or written.
pub async fn replay(storage: &Storage, replay: &Replay) -> Result<Report, EventsError> {
    let databases = open(storage).await?;
    let mut aggregates = 0;
    for (source, consumer) in databases.relay_endpoints() {
        if consumer.name() == replay.consumer {
            aggregates += event_log::replay(consumer, source.name(), replay.aggregate.as_deref()).await?;
        }
    }
    databases.close().await;
    Ok(Report {
        text: format!("Aggregates to be retried: {aggregates}\n"),
        is_success: aggregates > 0,
    })
}

/// The names of the services that consume events.
#[must_use]
pub fn consumers() -> Vec<&'static str> {
    let consuming = compose::SERVICES
        .iter()
        .filter(|service| !service.sources().is_empty());
    consuming.map(|service| service.name).collect()
}

impl From<NoFile> for EventsError {
    fn from(error: NoFile) -> Self {
        match error {
            NoFile::Missing(path) => Self::Missing(path),
            NoFile::Unreadable { path, problem } => Self::Read { path, problem },
        }
    }
}

async fn open(storage: &Storage) -> Result<Databases, EventsError> {
    let services = services_in(storage).await?;
    let clock = SystemClock::shared();
    let ids = IdSource::system(clock.clone());
    let mut databases = Databases::of(storage, clock, ids);
    for service in services {
        databases.open(service).await?;
    }
    Ok(databases)
}

/// The services that have a database. Opening one that is missing would create it.
async fn services_in(storage: &Storage) -> Result<Vec<&'static Definition>, EventsError> {
    if let Storage::Directory(folder) = storage {
        let files = compose::files_of(folder)?;
        return Ok(files.into_iter().map(|(service, _)| service).collect());
    }
    Ok(compose::services_on(storage).await?)
}
