//! Checkpoints the write-ahead log into the database file in the background.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection, SqlitePool};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::database::Wal;
use crate::supervisor::{Supervisor, SupervisorOptions, TaskStatus};

/// How long after a write the log is checkpointed, with all the writes in between.
const PAUSE: Duration = Duration::from_millis(200);

/// How long after the last write a log is truncated that is too large.
const IDLE: Duration = Duration::from_secs(1);

/// A task that checkpoints passively, on a connection that is open only for that time. A passive checkpoint takes no lock that a
/// writer or a reader waits for, and does as much as it can while they run, so that little is left when the writer restarts the
/// log.
pub(crate) struct Checkpoints {
    written: Arc<Notify>,
    supervisor: Supervisor,
    _stop_on_drop: DropGuard,
}

/// The context of the task.
#[derive(Clone)]
pub(crate) struct Checkpointed {
    /// How to connect for a checkpoint.
    pub(crate) options: SqliteConnectOptions,
    /// The writer, which truncates the log.
    pub(crate) writer: SqlitePool,
    pub(crate) wal: Arc<Wal>,
    pub(crate) database: &'static str,
}

impl Checkpoints {
    pub(crate) fn start(checkpointed: Checkpointed) -> Self {
        let written = Arc::new(Notify::new());
        // The writer itself keeps the log within bounds, so that a server without this task still works.
        let supervisor = Supervisor::new(SupervisorOptions {
            attempts: u32::MAX,
            ..SupervisorOptions::default()
        });
        let name = format!("checkpoint:{}", checkpointed.database);
        let work = {
            let written = Arc::clone(&written);
            move |stop: CancellationToken| {
                let (checkpointed, written) = (checkpointed.clone(), Arc::clone(&written));
                async move {
                    stop.run_until_cancelled(run(checkpointed, written)).await;
                }
            }
        };
        supervisor.start(name, work);
        Self {
            written,
            _stop_on_drop: supervisor.stop_token().drop_guard(),
            supervisor,
        }
    }

    /// There is something to move.
    pub(crate) fn written(&self) {
        self.written.notify_one();
    }

    pub(crate) fn status(&self) -> Vec<TaskStatus> {
        self.supervisor.status()
    }

    /// Ends the task, so that its connection is closed afterwards.
    pub(crate) async fn stop(&self) {
        self.supervisor.stop().await;
    }
}

async fn run(checkpointed: Checkpointed, written: Arc<Notify>) {
    loop {
        written.notified().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = checkpoint(&checkpointed.options).await {
            // The log keeps growing and the next attempt moves it all.
            tracing::warn!(database = checkpointed.database, %error, "could not checkpoint the write-ahead log");
        }
        if checkpointed.wal.is_large() {
            // The next write makes it smaller, but there may be none for long.
            if tokio::time::timeout(IDLE, written.notified()).await.is_ok() {
                written.notify_one();
                continue;
            }
            if let Err(error) = checkpointed.wal.truncate_if_large(&checkpointed.writer).await {
                tracing::warn!(database = checkpointed.database, %error, "could not truncate the write-ahead log");
            }
            if checkpointed.wal.is_large() {
                written.notify_one();
            }
        }
    }
}

async fn checkpoint(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    crate::store::wal::checkpoint(&mut connection).await?;
    connection.close().await
}
