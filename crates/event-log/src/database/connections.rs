//! How connections are set up.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqlitePool};
use tokio::time::{Instant, sleep};

/// How long a write waits for its turn. A thousand buyers of one ticket queue here; beyond this an error is more use to them.
const WRITER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a read waits for a connection.
const READER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for the write lock while another process holds it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to pause before asking again for a lock that SQLite does not wait for.
const LOCKED_PAUSE: Duration = Duration::from_millis(10);

/// Statements kept prepared per connection; more than one service has.
const STATEMENTS: usize = 256;

/// A commit that finds this many pages (of 4 kB) in the write-ahead log moves them into the file itself. This is the upper bound for
/// a database that is never idle: ordinarily [`Checkpoints`](crate::checkpoint::Checkpoints) does it, and no commit waits.
const CHECKPOINT_PAGES: &str = "16000";

/// `synchronous=FULL`: a commit is on the disk when it returns, also when the power fails.
pub(super) fn writing(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .statement_cache_capacity(STATEMENTS)
}

/// The single writing connection. Callers queue for it in order.
pub(super) fn writer(options: SqliteConnectOptions, crashed: Arc<AtomicBool>) -> SqlitePool {
    pool(1, WRITER_TIMEOUT)
        .before_acquire(move |connection, _| {
            // SQLite rolls back by itself when the disk is full or fails, and the driver then believes that the transaction
            // is still open. Such a connection is closed, and the pool opens another.
            let usable = !crashed.swap(false, Ordering::AcqRel) && !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        })
        .connect_lazy_with(options)
}

/// The writer's first connection, which puts a new file into WAL mode.
///
/// For that step SQLite reports a lock at once instead of waiting (two connections that both waited for the other's lock would never
/// end; <https://sqlite.org/rescode.html#busy>), so of two processes that create the file together one has to try again.
pub(super) async fn first(writer: &SqlitePool) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
    let give_up = Instant::now() + BUSY_TIMEOUT;
    loop {
        match writer.acquire().await {
            Err(error) if is_locked(&error) && Instant::now() < give_up => sleep(LOCKED_PAUSE).await,
            outcome => return outcome,
        }
    }
}

fn is_locked(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: &str = "5";
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some(SQLITE_BUSY))
}

/// Connections that cannot write, whatever statement they are given.
pub(super) fn readers(path: &Path, connections: u32) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS);
    pool(connections.max(1), READER_TIMEOUT).connect_lazy_with(options)
}

/// A local file neither times out nor moves away, so connections are kept for ever and are not tried before each use.
fn pool(connections: u32, acquire_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}
