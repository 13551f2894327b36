//! The database behind a [`Database`](super::Database): a file of SQLite or a schema of PostgreSQL.

use tokio::sync::watch;

use super::others::Others;
use super::postgres::PostgresBackend;
use super::sqlite::SqliteBackend;
use crate::sql::Connection;
use crate::supervisor::TaskStatus;

/// How writes begin and what has to be done beside them.
pub(super) enum Backend {
    Sqlite(SqliteBackend),
    Postgres(PostgresBackend),
}

impl Backend {
    /// Begins a write transaction. While it is open nobody else writes to this database, in any process.
    pub(super) async fn begin(&self) -> Result<Connection, sqlx::Error> {
        match self {
            Self::Sqlite(backend) => backend.begin().await,
            // Boxed, so that writes to files do not carry room for it.
            Self::Postgres(backend) => Box::pin(backend.begin()).await,
        }
    }

    /// A transaction has committed; `newest` is the sequence of its last event, if it appended any.
    pub(super) fn committed(&self, newest: Option<i64>) {
        match self {
            Self::Sqlite(backend) => backend.committed(),
            Self::Postgres(backend) => {
                if let Some(newest) = newest {
                    backend.committed(newest);
                }
            }
        }
    }

    /// Whether this process leads.
    pub(super) fn leadership(&self) -> watch::Receiver<bool> {
        match self {
            Self::Sqlite(_) => watch::Sender::new(true).subscribe(),
            Self::Postgres(backend) => backend.is_leader(),
        }
    }

    /// What other processes commit, if there can be others.
    pub(super) fn others(&self) -> Option<&Others> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(backend) => Some(backend.others()),
        }
    }

    /// Up to where this process knows what others have committed; `None` if there are no others.
    pub(super) fn met(&self) -> Option<watch::Receiver<i64>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(backend) => Some(backend.met()),
        }
    }

    /// The tasks of the database's own.
    pub(super) fn tasks(&self) -> Vec<TaskStatus> {
        match self {
            Self::Sqlite(backend) => backend.tasks(),
            Self::Postgres(backend) => backend.tasks(),
        }
    }

    /// The size of the write-ahead log in bytes, which PostgreSQL looks after itself.
    pub(super) fn wal_bytes(&self) -> u64 {
        match self {
            Self::Sqlite(backend) => backend.wal_bytes(),
            Self::Postgres(_) => 0,
        }
    }

    /// The connections for writes that are in use, and how many there can be.
    pub(super) fn writer_usage(&self) -> (usize, usize) {
        match self {
            Self::Sqlite(backend) => backend.writer_usage(),
            Self::Postgres(backend) => backend.writer_usage(),
        }
    }

    /// Ends the tasks, so that nothing but the pools is open.
    pub(super) async fn stop_tasks(&self) {
        match self {
            Self::Sqlite(backend) => backend.stop_tasks().await,
            Self::Postgres(backend) => backend.stop_tasks().await,
        }
    }

    /// Closes the writer. Nothing writes any more.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(backend) => backend.close().await,
            Self::Postgres(backend) => backend.close().await,
        }
    }
}
