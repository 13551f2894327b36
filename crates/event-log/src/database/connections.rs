//! How connections are set up.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};
use tokio::time::{Instant, sleep};

use super::wal::{WAL_SOFT_LIMIT, Wal};

/// How long a write waits for its turn. A thousand buyers of one ticket queue here; beyond this an error is more use to them.
const WRITER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a read waits for a connection.
const READER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait for the write lock while another process holds it.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a read for a request may take. Until it ends, the write-ahead log cannot be restarted.
pub(super) const READ_LIMIT: Duration = Duration::from_secs(5);

/// How many steps of its virtual machine SQLite takes between two checks of the clock: well below a millisecond's worth.
const OPS_PER_DEADLINE_CHECK: i32 = 4_000;

/// How long to pause before retrying a lock that SQLite does not wait for.
const LOCKED_PAUSE: Duration = Duration::from_millis(10);

/// Statements kept prepared per connection; more than one service has.
const STATEMENTS: usize = 256;

/// The pages that the writer keeps in memory, at most: kibibytes, which SQLite takes as a negative number. A batch changes rows all over
/// the file.
const WRITER_CACHE: &str = "-8192";

/// No automatic checkpoints: [`Wal`] and [`Checkpoints`](crate::checkpoint::Checkpoints) make them, the former with a bound.
const NO_AUTOMATIC_CHECKPOINTS: &str = "0";

/// `synchronous=FULL`: a commit is on the disk when it returns, also when the power fails.
pub(super) fn writing(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("wal_autocheckpoint", NO_AUTOMATIC_CHECKPOINTS)
        // A statement that changes many rows keeps the pages of before, in case it fails: in memory, instead of a file of their own.
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", WRITER_CACHE)
        // When the log is restarted, anything beyond this is truncated.
        .pragma("journal_size_limit", WAL_SOFT_LIMIT.to_string())
        .statement_cache_capacity(STATEMENTS)
}

/// The single writing connection. Callers queue for it in order, and each of them finds the write-ahead log within its bounds.
pub(super) fn writer(options: SqliteConnectOptions, crashed: Arc<AtomicBool>, wal: Arc<Wal>) -> SqlitePool {
    pool(1, WRITER_TIMEOUT)
        .before_acquire(move |connection, _| {
            // SQLite rolls back automatically when the disk is full or fails, and the driver then believes that the transaction
            // is still open. Such a connection is closed, and the pool opens another.
            let usable = !crashed.swap(false, Ordering::AcqRel) && !connection.is_in_transaction();
            let wal = Arc::clone(&wal);
            Box::pin(async move {
                if usable {
                    wal.keep_within_bounds(connection).await;
                }
                Ok(usable)
            })
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

/// Connections that cannot write, whatever statement they are given, for reads on behalf of requests: each may take
/// [`READ_LIMIT`].
pub(super) fn readers(path: &Path, connections: u32) -> SqlitePool {
    pool(connections.max(1), READER_TIMEOUT)
        .after_connect(|connection, _| Box::pin(limit_reads(connection, READ_LIMIT)))
        .before_acquire(|connection, _| {
            Box::pin(async move {
                limit_reads(connection, READ_LIMIT).await?;
                Ok(true)
            })
        })
        .connect_lazy_with(reading(path))
}

/// Connections that cannot write, for short reads that are not a request's.
pub(super) fn background_readers(path: &Path, connections: u32) -> SqlitePool {
    pool(connections, READER_TIMEOUT).connect_lazy_with(reading(path))
}

fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS)
}

/// Aborts reads on this connection once the limit has passed, counted from now.
async fn limit_reads(connection: &mut SqliteConnection, limit: Duration) -> Result<(), sqlx::Error> {
    let end = Instant::now() + limit;
    let mut handle = connection.lock_handle().await?;
    handle.set_progress_handler(OPS_PER_DEADLINE_CHECK, move || Instant::now() < end);
    Ok(())
}

/// A local file neither times out nor moves away, so connections are kept forever and are not tested before each use.
fn pool(connections: u32, acquire_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseError;

    #[tokio::test]
    async fn read_that_takes_too_long_is_broken_off_and_the_next_one_is_not() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let endless =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        limit_reads(&mut connection, Duration::from_millis(10))
            .await
            .unwrap();
        let error = sqlx::query(endless).fetch_one(&mut connection).await.unwrap_err();
        assert!(DatabaseError::from(error).is_transient());
        limit_reads(&mut connection, READ_LIMIT).await.unwrap();
        let one: i64 = sqlx::query_scalar("SELECT 1")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(one, 1);
    }
}
