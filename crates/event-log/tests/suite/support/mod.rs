//! The tests' shared helpers: databases in a scratch directory, a stopped clock, a small ledger.
#![allow(
    dead_code,
    reason = "the tests of crashes are another crate, which uses a part of this"
)]

pub(crate) mod ledger;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{Backoff, Database, DatabaseError, DatabaseOptions, IdSource, ManualClock, RelayOptions};
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z.
pub(crate) const NEW_YEAR_MS: i64 = 1_767_225_600_000;

/// A service's own tables: those that a source changes, and those that a consumer writes.
pub(crate) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let schema = "
        -- The source: one row per account.
        CREATE TABLE accounts (id TEXT PRIMARY KEY, version INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;
        -- The consumer: one row per effect, with nothing unique about it, so that a second effect of an event shows.
        CREATE TABLE entries (
            source TEXT NOT NULL, sequence INTEGER NOT NULL, aggregate_id TEXT NOT NULL,
            version INTEGER NOT NULL, amount INTEGER NOT NULL CHECK (amount <> 13)
        ) STRICT;
        CREATE TABLE totals (id TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT;
    ";
    let migration = Migration::new(
        1,
        "ledger".into(),
        MigrationType::Simple,
        schema.into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![migration])
});

/// A scratch directory and the clock of all databases in it.
pub(crate) struct Scratch {
    pub(crate) folder: TempDir,
    pub(crate) clock: ManualClock,
    /// Each handle has its own ids, like each process.
    opened: AtomicU64,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::at(NEW_YEAR_MS),
            opened: AtomicU64::new(0),
        }
    }

    /// The same directory under another clock, as a process sees it that starts later.
    pub(crate) fn under(self, clock: ManualClock) -> Self {
        Self { clock, ..self }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name).with_extension("sqlite")
    }

    /// Opens a database of this directory; again, for a second handle, as another process has one.
    pub(crate) async fn open(&self, name: &'static str) -> Database {
        self.open_at(name, name).await
    }

    /// Opens a file of this directory as the database of that name.
    pub(crate) async fn open_at(&self, file: &str, name: &'static str) -> Database {
        let options = DatabaseOptions {
            location: self.path(file).into(),
            name,
            readers: 2,
        };
        let ids = IdSource::seeded(self.clock.shared(), self.opened.fetch_add(1, Ordering::Relaxed));
        Database::open(options, &*MIGRATIONS, self.clock.shared(), ids)
            .await
            .unwrap()
    }
}

/// Quick polls, three attempts, a second's pause on the clock of the test.
pub(crate) fn options() -> RelayOptions {
    RelayOptions {
        poll: Duration::from_millis(5),
        attempts: 3,
        event_backoff: Backoff {
            first: Duration::from_secs(1),
            longest: Duration::from_mins(1),
        },
        database_backoff: Backoff {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(5),
        },
        ..RelayOptions::default()
    }
}

/// Runs one statement in its own write.
pub(crate) async fn execute(database: &Database, sql: &'static str) -> Result<u64, DatabaseError> {
    database
        .write(move |tx| Box::pin(async move { Ok(unchecked(sql).execute(tx.connection()).await?) }))
        .await
}

/// The single number of a query.
pub(crate) async fn number(database: &Database, sql: &'static str) -> i64 {
    unchecked_scalar(sql).fetch_one(database.reader()).await.unwrap()
}

/// Waits until a condition holds, however long the machine takes.
pub(crate) async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    while !holds().await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
