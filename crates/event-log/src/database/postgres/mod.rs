//! A database in a schema of PostgreSQL, which many processes may have open.
//!
//! A writer holds an advisory lock of the schema, so that there is one writer at a time, as with a file: sequences stay gapless
//! and in the order of the commits. Every process writes what has queued up in it as one batch, so that the lock changes hands a few
//! hundred times a second however many requests there are.

mod connections;
mod follower;
mod locks;
mod schema;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::watch;

use self::follower::{Followed, Follower};
use self::locks::{LockKind, lock_key};
use super::backend::Backend;
use super::location::PostgresLocation;
use super::others::Others;
use super::running_time::RunningTime;
use super::usage::of_pool;
use super::{BACKGROUND_READERS_OF_POSTGRES, Parts, SEARCH_READERS_OF_POSTGRES};
use crate::sql::{Connection, OpenTransaction};
use crate::supervisor::TaskStatus;
use crate::{Migrations, OpenError, SharedClock, store};

/// The lock of the process that runs the relays and workers of a schema.
pub(super) fn lead_lock(schema: &str) -> i64 {
    lock_key(schema, LockKind::Lead)
}

/// The lock of the writer of a schema.
pub(super) fn write_lock(schema: &str) -> i64 {
    lock_key(schema, LockKind::Write)
}

/// The writer of a schema, and what tells this process about the others.
pub(super) struct PostgresBackend {
    writer: PgPool,
    /// The lock of the writer.
    write_lock: i64,
    others: Arc<Others>,
    follower: Follower,
}

impl PostgresBackend {
    /// Connects, and brings the schema up to date.
    pub(super) async fn open(
        location: &PostgresLocation,
        name: &'static str,
        migrations: Migrations,
        readers: u32,
        clock: &SharedClock,
    ) -> Result<Parts, OpenError> {
        let writer = connections::writer(location);
        let opened = schema::bring_up_to_date(location, migrations).await?;
        let newest = Arc::new(watch::Sender::new(opened.newest));
        let others = Arc::new(Others::default());
        let running_time = Arc::new(RunningTime::new(opened.running_time_ms, clock));
        let followed = Followed {
            name,
            location: location.clone(),
            newest: Arc::clone(&newest),
            others: Arc::clone(&others),
            met: watch::Sender::new(opened.newest),
            running_time: Arc::clone(&running_time),
            clock: clock.clone(),
        };
        let backend = Self {
            writer,
            write_lock: write_lock(&location.schema),
            others,
            follower: Follower::start(followed),
        };
        Ok(Parts {
            backend: Backend::Postgres(backend),
            reader: connections::readers(location, readers).into(),
            search_reader: connections::readers(location, SEARCH_READERS_OF_POSTGRES).into(),
            background_reader: connections::background_readers(location, BACKGROUND_READERS_OF_POSTGRES)
                .into(),
            newest,
            running_time,
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the write lock is taken by the next statement, not by BEGIN as on SQLite"
    )]
    pub(super) async fn begin(&self) -> Result<Connection, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        // In a statement of its own: the next one sees what was committed before the lock was granted.
        store::postgres::lock(&mut transaction, self.write_lock).await?;
        Ok(Connection(OpenTransaction::Postgres {
            transaction,
            has_failed: false,
        }))
    }

    /// The other processes learn of it.
    pub(super) fn committed(&self, newest: i64) {
        self.follower.committed(newest);
    }

    /// Whether this process is the one that runs what one process is enough for, such as relays and workers.
    pub(super) fn is_leader(&self) -> watch::Receiver<bool> {
        self.follower.is_leader()
    }

    /// The sequence of the last event that those who listen to other processes were notified of.
    pub(super) fn met(&self) -> watch::Receiver<i64> {
        self.follower.met()
    }

    pub(super) fn others(&self) -> &Others {
        &self.others
    }

    pub(super) fn tasks(&self) -> Vec<TaskStatus> {
        self.follower.status()
    }

    pub(super) fn writer_usage(&self) -> (usize, usize) {
        of_pool(&self.writer)
    }

    pub(super) async fn stop_tasks(&self) {
        self.follower.stop().await;
    }

    pub(super) async fn close(&self) {
        self.writer.close().await;
    }
}
