//! The status of databases and relays, for readiness.

use event_log::{DatabaseError, RelayStatus};
use futures::future::join_all;

use crate::Runtime;

/// The status of a service's database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// Its name.
    pub name: &'static str,
    /// Whether it can be read and written, and has all its tables.
    pub is_healthy: bool,
    /// How many migrations its file lacks; `None` where it cannot be read.
    pub missing_migrations: Option<usize>,
    /// The size of its write-ahead log.
    pub wal_bytes: u64,
    /// Whether this process runs the relays and workers of the service. With a file it always does.
    pub leads: bool,
    /// By how many milliseconds the clock of the database is ahead of this process'; `None` with a file, and if it cannot be read.
    pub clock_ahead_ms: Option<i64>,
}

/// A relay, and how it stands or why that cannot be read.
#[derive(Debug)]
pub struct RelayReport {
    /// The name of the source.
    pub source: &'static str,
    /// The name of the consumer.
    pub consumer: &'static str,
    /// How it stands.
    pub status: Result<RelayStatus, DatabaseError>,
}

impl Runtime {
    /// How the databases stand, in the order of the services. They are queried concurrently, so a locked one delays no other.
    pub async fn database_statuses(&self) -> Vec<DatabaseStatus> {
        let statuses = self.databases().map(|database| async move {
            let missing_migrations = database.missing_migrations().await;
            let leads = *database.leadership().borrow();
            DatabaseStatus {
                name: database.name(),
                is_healthy: database.check().await.is_ok() && matches!(missing_migrations, Ok(0)),
                missing_migrations: missing_migrations.ok(),
                wal_bytes: database.wal_bytes(),
                leads,
                clock_ahead_ms: database.clock_ahead_ms().await.ok().flatten(),
            }
        });
        join_all(statuses).await
    }

    /// How the relays stand, in the order of [`Runtime::relays`].
    pub async fn relay_reports(&self) -> Vec<RelayReport> {
        let mut reports = Vec::new();
        for (source, consumer) in self.relay_endpoints() {
            reports.push(RelayReport {
                source: source.name(),
                consumer: consumer.name(),
                status: event_log::status(source, consumer).await,
            });
        }
        reports
    }
}
