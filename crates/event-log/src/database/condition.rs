//! The condition of a database's file.

use tokio::sync::watch;

use super::Database;
use crate::supervisor::TaskStatus;
use crate::{DatabaseError, migrations, store};

impl Database {
    /// The size of the write-ahead log in bytes. It stays within [`WAL_HARD_LIMIT`](crate::WAL_HARD_LIMIT) and the largest transaction,
    /// unless another process reads from the file for long.
    #[must_use]
    pub fn wal_bytes(&self) -> u64 {
        self.inner.backend.wal_bytes()
    }

    /// Whether it is a file of SQLite.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.background_reader().as_sqlite().is_some()
    }

    /// Whether this process is the one that runs what one process is enough for, such as relays and workers: always, with a file. It
    /// changes when a process ends, or loses its connection.
    #[must_use]
    pub fn leadership(&self) -> watch::Receiver<bool> {
        self.inner.backend.leadership()
    }

    /// By how many milliseconds the clock of the database's host is ahead of this process'; `None` with a file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn clock_ahead_ms(&self) -> Result<Option<i64>, DatabaseError> {
        let Some(reader) = self.background_reader().as_postgres() else {
            return Ok(None);
        };
        let asked_ms = self.clock().now_ms();
        let theirs_ms = store::postgres::now_ms(reader).await?;
        // The answer is from the middle of the time that it took.
        let ours_ms = i64::midpoint(asked_ms, self.clock().now_ms());
        Ok(Some(theirs_ms - ours_ms))
    }

    /// The tasks of this database's own.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskStatus> {
        self.inner.backend.tasks()
    }

    /// How many migrations the file lacks: 0 since it was opened, unless the file was replaced.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn missing_migrations(&self) -> Result<usize, DatabaseError> {
        let applied = store::integrity::migrations_applied(self.background_reader()).await?;
        let applied = usize::try_from(applied).unwrap_or(0);
        Ok(migrations::known(&self.inner.migrations, self.is_sqlite()).saturating_sub(applied))
    }

    /// SQLite's integrity errors of the file, and rows with invalid foreign keys. Empty if it is intact, and on PostgreSQL, which checks
    /// its pages as it reads them.
    ///
    /// It reads the whole file.
    ///
    /// # Errors
    /// When the check itself cannot run.
    pub async fn integrity_check(&self) -> Result<Vec<String>, DatabaseError> {
        match self.background_reader().as_sqlite() {
            Some(reader) => store::integrity::problems(reader).await,
            None => Ok(Vec::new()),
        }
    }
}
