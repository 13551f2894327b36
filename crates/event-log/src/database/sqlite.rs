//! A database in a SQLite file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::SqlitePool;

use super::connections;
use super::usage::of_pool;
use super::wal::Wal;
use crate::checkpoint::{Checkpointed, Checkpoints};
use crate::sql::{Connection, OpenTransaction};
use crate::supervisor::TaskStatus;

/// The writer of a file, and what keeps its write-ahead log within bounds.
pub(super) struct SqliteBackend {
    name: &'static str,
    writer: SqlitePool,
    /// Tells the pool to open a new connection for the writer.
    writer_crashed: Arc<AtomicBool>,
    wal: Arc<Wal>,
    checkpoints: Checkpoints,
}

impl SqliteBackend {
    /// The backend of a file, which is there. It connects with the first write.
    pub(super) fn new(path: &Path, name: &'static str) -> Self {
        let writing = connections::writing(path);
        let writer_crashed = Arc::new(AtomicBool::new(false));
        let wal = Arc::new(Wal::of(path, name));
        let writer = connections::writer(writing.clone(), Arc::clone(&writer_crashed), Arc::clone(&wal));
        let checkpointed = Checkpointed {
            options: writing,
            writer: writer.clone(),
            wal: Arc::clone(&wal),
            database: name,
        };
        Self {
            name,
            writer,
            writer_crashed,
            wal,
            checkpoints: Checkpoints::start(checkpointed),
        }
    }

    pub(super) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(super) async fn begin(&self) -> Result<Connection, sqlx::Error> {
        match self.writer.begin_with("BEGIN IMMEDIATE").await {
            Ok(transaction) => Ok(Connection(OpenTransaction::Sqlite(transaction))),
            Err(error) => {
                // The pool cannot see that the thread of its connection is gone.
                if matches!(error, sqlx::Error::WorkerCrashed) {
                    self.writer_crashed.store(true, Ordering::Release);
                }
                Err(error)
            }
        }
    }

    pub(super) fn committed(&self) {
        self.checkpoints.written();
    }

    pub(super) fn tasks(&self) -> Vec<TaskStatus> {
        self.checkpoints.status()
    }

    pub(super) fn wal_bytes(&self) -> u64 {
        self.wal.bytes()
    }

    pub(super) fn writer_usage(&self) -> (usize, usize) {
        of_pool(&self.writer)
    }

    pub(super) async fn stop_tasks(&self) {
        self.checkpoints.stop().await;
    }

    pub(super) async fn close(&self) {
        if let Err(error) = self.wal.truncate(&self.writer).await {
            // Nothing is lost: the write-ahead log stays next to the file and is read on the next start.
            tracing::warn!(database = self.name, %error, "could not checkpoint the write-ahead log on close");
        }
        self.writer.close().await;
    }
}
