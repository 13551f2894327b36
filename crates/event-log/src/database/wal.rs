//! The bound of the write-ahead log.
//!
//! SQLite restarts the log only when a writer finds all of it checkpointed and no reader using it. While reads
//! overlap without end that moment never comes on its own, and the log would keep growing. So the writer forces it: it
//! holds the write lock, moves what is left, and waits for the reads that began before. Those that begin in the meantime read the file
//! alone, so it waits for the longest read once, and no longer.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::{SqliteConnection, SqlitePool};
use tokio::time::Instant;

use super::connections::{BUSY_TIMEOUT, READ_LIMIT};
use crate::store::wal::Reset;
use crate::{DatabaseError, store};

/// A write that finds the log larger than this many bytes begins it anew, if that is quick.
pub const WAL_SOFT_LIMIT: u64 = 32 * 1024 * 1024;

/// A write that finds the log larger than this many bytes waits for blocking reads. The log is never larger than this
/// and the largest transaction, unless another process reads for longer than a request may.
pub const WAL_HARD_LIMIT: u64 = 64 * 1024 * 1024;

/// How long a write waits for readers beyond the soft limit, and how long none waits again if that was not enough.
const SOFT_WAIT: Duration = Duration::from_millis(100);
const SOFT_PAUSE: Duration = Duration::from_secs(1);

/// How long a write waits for readers beyond the hard limit: one read may delay the checkpoint, and another one, which began before
/// it, the restart.
const HARD_WAIT: Duration = Duration::from_secs(2 * READ_LIMIT.as_secs());
const HARD_PAUSE: Duration = Duration::from_secs(30);

/// The time between two attempts while another checkpoint runs, which SQLite does not wait for.
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(5);

/// The log of one database.
pub(crate) struct Wal {
    path: PathBuf,
    database: &'static str,
    soft: Limit,
    hard: Limit,
}

impl Wal {
    pub(super) fn of(database_file: &Path, database: &'static str) -> Self {
        let mut path = database_file.as_os_str().to_owned();
        path.push("-wal");
        Self {
            path: path.into(),
            database,
            soft: Limit::new(SOFT_WAIT, SOFT_PAUSE),
            hard: Limit::new(HARD_WAIT, HARD_PAUSE),
        }
    }

    /// Its size in bytes, 0 if it does not exist.
    pub(crate) fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// Whether it is larger than it should stay.
    pub(crate) fn is_large(&self) -> bool {
        self.bytes() > WAL_SOFT_LIMIT
    }

    /// Truncates the log on the writer of a database that is being closed.
    pub(super) async fn truncate(&self, writer: &SqlitePool) -> Result<(), DatabaseError> {
        let mut connection = writer.acquire().await?;
        store::wal::reset(&mut connection, Reset::Truncate).await?;
        Ok(())
    }

    /// Truncates the log if it is too large and an attempt is due, for when there is no write that would make it smaller.
    pub(crate) async fn truncate_if_large(&self, writer: &SqlitePool) -> Result<(), DatabaseError> {
        let Some(limit) = self
            .exceeded_limit(self.bytes())
            .filter(|limit| !limit.is_resting())
        else {
            return Ok(());
        };
        let mut connection = writer.acquire().await?;
        // On a task of its own: a caller that is cancelled must not leave the connection with another timeout.
        let truncating =
            tokio::spawn(async move { reset(&mut connection, SOFT_WAIT, Reset::Truncate).await });
        let outcome = truncating
            .await
            .unwrap_or_else(|_| Err(sqlx::Error::PoolClosed.into()));
        if !matches!(outcome, Ok(true)) {
            limit.rest();
        }
        outcome.map(|_| ())
    }

    fn exceeded_limit(&self, bytes: u64) -> Option<&Limit> {
        if bytes > WAL_HARD_LIMIT {
            Some(&self.hard)
        } else {
            (bytes > WAL_SOFT_LIMIT).then_some(&self.soft)
        }
    }

    /// Restarts the log if it is too large and an attempt is due: the next write then truncates it to the soft limit. `connection` is
    /// the writer, outside of a transaction: nothing else is written in the meantime.
    pub(super) async fn keep_within_bounds(&self, connection: &mut SqliteConnection) {
        let bytes = self.bytes();
        let Some(limit) = self.exceeded_limit(bytes) else {
            return;
        };
        // A read that outlasted one attempt also outlasts the next one: other writers get their turn first.
        if limit.is_resting() {
            return;
        }
        match reset(connection, limit.wait, Reset::Restart).await {
            Ok(true) => {
                tracing::debug!(
                    database = self.database,
                    wal.bytes = bytes,
                    "restarted the write-ahead log"
                );
            }
            Ok(false) => {
                limit.rest();
                if bytes > WAL_HARD_LIMIT {
                    tracing::warn!(
                        database = self.database,
                        wal.bytes = bytes,
                        "cannot restart the write-ahead log: a long-running reader, perhaps in another process"
                    );
                }
            }
            Err(error) => {
                limit.rest();
                tracing::warn!(database = self.database, %error, "could not restart the write-ahead log");
            }
        }
    }
}

/// How long writes wait for readers beyond a limit.
struct Limit {
    wait: Duration,
    /// How long no write waits again after it was not enough.
    pause: Duration,
    resting_until: Mutex<Option<Instant>>,
}

impl Limit {
    fn new(wait: Duration, pause: Duration) -> Self {
        Self {
            wait,
            pause,
            resting_until: Mutex::new(None),
        }
    }

    fn is_resting(&self) -> bool {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let until = Instant::now() + self.pause;
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }
}

impl fmt::Debug for Wal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wal")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Returns whether it could be done in that time.
async fn reset(connection: &mut SqliteConnection, wait: Duration, how: Reset) -> Result<bool, DatabaseError> {
    let give_up = Instant::now() + wait;
    store::wal::set_busy_timeout(connection, wait).await?;
    let is_reset = loop {
        match store::wal::reset(connection, how).await {
            Ok(false) if Instant::now() < give_up => tokio::time::sleep(CHECKPOINT_PAUSE).await,
            outcome => break outcome,
        }
    };
    store::wal::set_busy_timeout(connection, BUSY_TIMEOUT).await?;
    is_reset
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use sqlx::Connection;
    use sqlx::sqlite::SqlitePoolOptions;

    use super::*;
    use crate::database::connections::writing;

    /// Otherwise the writer would be taken from the others again and again, for as long as that read takes.
    #[tokio::test]
    async fn truncation_that_a_read_prevents_is_not_tried_again_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.sqlite");
        let options = writing(&path);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(options.clone());
        let wal = Wal::of(&path, "large");
        let write = async |sql: &'static str| sqlx::query(sql).execute(&writer).await.unwrap();
        write("CREATE TABLE large (content BLOB NOT NULL) STRICT").await;
        write("INSERT INTO large VALUES (zeroblob(8388608))").await;
        let mut reader = SqliteConnection::connect_with(&options).await.unwrap();
        let mut looking = reader.begin().await.unwrap();
        let count = sqlx::query("SELECT count(*) FROM large").fetch_one(&mut *looking);
        count.await.unwrap();
        while !wal.is_large() {
            write("UPDATE large SET content = randomblob(8388608)").await;
        }
        wal.truncate_if_large(&writer).await.unwrap();
        assert!(wal.is_large(), "nothing was in the way");
        let _taken = writer.acquire().await.unwrap();
        let again = wal.truncate_if_large(&writer).now_or_never();
        again.expect("it waits for the writer").unwrap();
    }
}
