//! The condition of a database's file.

use super::Database;
use crate::supervisor::TaskStatus;
use crate::{DatabaseError, migrations, store};

impl Database {
    /// The size of the write-ahead log in bytes. It stays within [`WAL_HARD_LIMIT`](crate::WAL_HARD_LIMIT) and the largest transaction,
    /// unless another process reads from the file for long.
    #[must_use]
    pub fn wal_bytes(&self) -> u64 {
        self.inner.wal.bytes()
    }

    /// The tasks of this database's own.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskStatus> {
        self.inner.checkpoints.status()
    }

    /// How many migrations the file lacks: 0 since it was opened, unless the file was replaced.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn missing_migrations(&self) -> Result<usize, DatabaseError> {
        let applied = store::integrity::migrations_applied(self.background_reader()).await?;
        let applied = usize::try_from(applied).unwrap_or(0);
        Ok(migrations::known(self.inner.migrations).saturating_sub(applied))
    }

    /// SQLite's integrity errors of the file, and rows with invalid foreign keys. Empty if it is intact.
    ///
    /// It reads the whole file.
    ///
    /// # Errors
    /// When the check itself cannot run.
    pub async fn integrity_check(&self) -> Result<Vec<String>, DatabaseError> {
        store::integrity::problems(self.background_reader()).await
    }
}
