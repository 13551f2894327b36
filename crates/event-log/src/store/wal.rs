//! Moving the write-ahead log into the file.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::DatabaseError;

/// The result of `PRAGMA wal_checkpoint`: whether it was blocked, the frames in the log, and those moved. The numbers are -1
/// if they are not known.
type Checkpointed = (i64, i64, i64);

/// Moves as much as possible into the file, without blocking readers and writers.
pub(crate) async fn checkpoint(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .execute(connection)
        .await?;
    Ok(())
}

/// What happens to the log once all of it has been moved into the file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reset {
    /// The next write begins it anew. Its file keeps its size until then and is overwritten, which is cheaper for the file system
    /// than one that grows.
    Restart,
    /// Its file is emptied.
    Truncate,
}

/// Moves all of it into the file and resets it, waiting for running readers as the connection waits for locks. Returns whether it
/// could. No transaction may be open on the connection.
pub(crate) async fn reset(connection: &mut SqliteConnection, reset: Reset) -> Result<bool, DatabaseError> {
    let pragma = match reset {
        Reset::Restart => "PRAGMA wal_checkpoint(RESTART)",
        Reset::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    let (busy, _, _): Checkpointed = sqlx::query_as(pragma).fetch_one(connection).await?;
    Ok(busy == 0)
}

/// Sets how long a connection waits for locks.
pub(crate) async fn set_busy_timeout(
    connection: &mut SqliteConnection,
    timeout: Duration,
) -> Result<(), DatabaseError> {
    let pragma = format!("PRAGMA busy_timeout = {}", timeout.as_millis());
    sqlx::query(AssertSqlSafe(pragma)).execute(connection).await?;
    Ok(())
}
