//! A database with one writer at a time and many readers.

mod backend;
mod condition;
mod connections;
mod file;
mod listeners;
mod location;
mod log;
mod others;
mod postgres;
mod probe;
mod recent_events;
mod running_time;
mod sqlite;
mod transaction;
mod usage;
mod wal;
mod write;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use sqlx::SqlitePool;
use tokio::sync::watch;

pub(crate) use file::make_private;
pub use listeners::CommitOutcome;
use listeners::Listeners;
pub use location::{Location, PostgresLocation};
use recent_events::RecentEvents;
use running_time::RunningTime;
pub use transaction::Transaction;
pub use usage::PoolUsage;
pub(crate) use wal::Wal;
pub use wal::{WAL_HARD_LIMIT, WAL_SOFT_LIMIT};

use self::backend::Backend;
use self::postgres::PostgresBackend;
use self::probe::Probe;
use self::sqlite::SqliteBackend;
use crate::sql::Pool;
use crate::{
    CommitCounters, DatabaseMetrics, Event, IdSource, Migrations, Observer, OpenError, SharedClock,
    migrations, store,
};

/// Which database to open.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// The file or the schema.
    pub location: Location,
    /// The name under which consumers know its events, for example `orders`.
    pub name: &'static str,
    /// How many connections serve [`Database::reader`], at least 1. The other pools of readers have their own.
    pub readers: u32,
}

/// Connections for searches. Few, so that scans of whole tables leave the machine to everything else.
const SEARCH_READERS: u32 = 2;

/// The same on PostgreSQL, whose connections are processes of the server: a server of this program has thirty by default.
const SEARCH_READERS_OF_POSTGRES: u32 = 1;
const BACKGROUND_READERS_OF_POSTGRES: u32 = 1;

/// Connections for background work, whatever clients request. Its reads are short, so that a few suffice.
const BACKGROUND_READERS: u32 = 3;

/// A database whose writes carry events: a SQLite file or a schema of PostgreSQL. Clones are handles to the same database.
///
/// One process opens a file once: a second handle would not wake this one's relays, although it could do no other harm. A schema of
/// PostgreSQL can be open in many processes.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
    observer: Observer,
    counters: Arc<CommitCounters>,
}

struct Inner {
    name: &'static str,
    migrations: Migrations,
    backend: Backend,
    reader: Pool,
    search_reader: Pool,
    background_reader: Pool,
    newest: Arc<watch::Sender<i64>>,
    recent_events: RecentEvents,
    listeners: Listeners,
    probe: Probe,
    clock: SharedClock,
    running_time: Arc<RunningTime>,
    ids: IdSource,
    metrics: DatabaseMetrics,
}

impl Database {
    /// Opens a database and brings its schema up to date: first the tables of this crate, then the service's `migrations`.
    ///
    /// # Errors
    /// When it cannot be opened, is not a database, or was migrated by a newer version.
    pub async fn open(
        options: DatabaseOptions,
        migrations: impl Into<Migrations>,
        clock: SharedClock,
        ids: IdSource,
    ) -> Result<Self, OpenError> {
        let migrations = migrations.into();
        let DatabaseOptions {
            location,
            name,
            readers,
        } = options;
        match location {
            Location::File(path) => {
                make_private(&path).map_err(|error| OpenError::Connect(sqlx::Error::Io(error).into()))?;
                let backend = SqliteBackend::new(&path, name);
                let opened = migrate(backend.writer(), migrations).await?;
                let parts = Parts {
                    backend: Backend::Sqlite(backend),
                    reader: connections::readers(&path, readers).into(),
                    search_reader: connections::readers(&path, SEARCH_READERS).into(),
                    background_reader: connections::background_readers(&path, BACKGROUND_READERS).into(),
                    newest: Arc::new(watch::Sender::new(opened.newest)),
                    running_time: Arc::new(RunningTime::new(opened.running_time_ms, &clock)),
                };
                Ok(Self::of_parts(parts, name, migrations, clock, ids))
            }
            Location::Postgres(location) => {
                let parts = PostgresBackend::open(&location, name, migrations, readers, &clock).await?;
                Ok(Self::of_parts(parts, name, migrations, clock, ids))
            }
        }
    }

    fn of_parts(
        parts: Parts,
        name: &'static str,
        migrations: Migrations,
        clock: SharedClock,
        ids: IdSource,
    ) -> Self {
        let inner = Inner {
            name,
            migrations,
            backend: parts.backend,
            reader: parts.reader,
            search_reader: parts.search_reader,
            background_reader: parts.background_reader,
            newest: parts.newest,
            recent_events: RecentEvents::default(),
            listeners: Listeners::default(),
            probe: Probe::default(),
            running_time: parts.running_time,
            clock,
            ids,
            metrics: DatabaseMetrics::default(),
        };
        Self {
            inner: Arc::new(inner),
            observer: Observer::default(),
            counters: Arc::default(),
        }
    }

    /// The same database, whose writes notify `observer` of their steps.
    #[must_use]
    pub fn observed_by(&self, observer: Observer) -> Self {
        Self {
            observer,
            ..self.clone()
        }
    }

    /// The same database, whose writes count what they have committed. Every handle that is cloned from this one counts, too.
    #[must_use]
    pub fn counting(self, counters: CommitCounters) -> Self {
        Self {
            counters: Arc::new(counters),
            ..self
        }
    }

    /// Calls `listener` with every `T` that a transaction of this process [notifies](Transaction::notify) of, once that transaction
    /// has committed: in the order of the commits, and before the write returns. So what is kept in memory moves from one committed
    /// state to the next, and a caller that has written finds its own write in it.
    ///
    /// All handles of the database share their listeners, for as long as it is open. A listener must be quick: the next commit waits
    /// for it. If it panics, that is logged and nobody else is harmed.
    pub fn listen<T: Any>(&self, listener: impl Fn(&T, CommitOutcome) + Send + Sync + 'static) {
        self.inner.listeners.add(listener);
    }

    /// Calls `listener` with events that other processes have committed to this database, in the order of the log: on PostgreSQL alone,
    /// since a file belongs to one process. It hears of them some milliseconds after their commits, within seconds if a notification
    /// is lost, and of none that was appended before it was added: what keeps something in memory adds it first and then
    /// loads what there is.
    pub fn listen_to_others(&self, listener: impl Fn(&[Event]) + Send + Sync + 'static) {
        if let Some(others) = self.inner.backend.others() {
            others.add(listener);
        }
    }

    /// Runs `work` while no transaction of this process commits: it reads exactly what the listeners were notified of. Commits wait for
    /// it, so `work` must not write to this database.
    pub async fn between_commits<T>(&self, work: impl Future<Output = T>) -> T {
        let _turn = self.inner.listeners.turn().await;
        work.await
    }

    /// What is measured of this database, in this process.
    #[must_use]
    pub fn metrics(&self) -> &DatabaseMetrics {
        &self.inner.metrics
    }

    /// The read-only connections for reads by key on behalf of a request: a user's own rows, single ones, short lists. A read that
    /// takes longer than a few seconds is aborted, see [`is_transient`](crate::DatabaseError::is_transient).
    #[must_use]
    pub fn reader(&self) -> &Pool {
        &self.inner.reader
    }

    /// The read-only connections for scans that any client may request, such as sums over many rows. There are few of them, so that
    /// scans queue for each other and for nothing else. A read that takes longer than a few seconds is aborted.
    #[must_use]
    pub fn search_reader(&self) -> &Pool {
        &self.inner.search_reader
    }

    /// The read-only connections for background work: relays, workers, followers, readiness, recorded replies.
    /// Never for a query whose cost or number a client decides.
    #[must_use]
    pub fn background_reader(&self) -> &Pool {
        &self.inner.background_reader
    }

    /// The clock that this database takes its times from.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// The source of this database's ids.
    #[must_use]
    pub fn ids(&self) -> &IdSource {
        &self.inner.ids
    }

    /// The name under which consumers know the events of this database.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.inner.name
    }

    /// Closes all connections, waiting for running work, and checkpoints the write-ahead log into the file.
    pub async fn close(&self) {
        self.inner.backend.stop_tasks().await;
        self.inner.reader.close().await;
        self.inner.search_reader.close().await;
        self.inner.background_reader.close().await;
        if let Err(error) = self.save_running_time_on_close().await {
            // Whatever waits for time to pass waits a little longer.
            tracing::warn!(database = self.inner.name, %error, "could not save the running time");
        }
        self.inner.backend.close().await;
    }
}

/// What differs between the two kinds of databases, once one is open.
struct Parts {
    backend: Backend,
    reader: Pool,
    search_reader: Pool,
    background_reader: Pool,
    newest: Arc<watch::Sender<i64>>,
    running_time: Arc<RunningTime>,
}

/// The content of a database when it is opened.
struct Opened {
    /// The sequence of the newest event.
    newest: i64,
    /// Its last recorded running time.
    running_time_ms: i64,
}

async fn migrate(writer: &SqlitePool, migrations: Migrations) -> Result<Opened, OpenError> {
    let mut connection = connections::first(writer)
        .await
        .map_err(|error| OpenError::Connect(error.into()))?;
    migrations::run(&mut connection, migrations.sqlite).await?;
    let newest = store::events::newest_sequence(&mut *connection).await;
    let running_time_ms = store::running_time::find(&mut *connection).await;
    Ok(Opened {
        newest: newest.map_err(OpenError::Connect)?,
        running_time_ms: running_time_ms.map_err(OpenError::Connect)?,
    })
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}
