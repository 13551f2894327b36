//! Moves the write-ahead log into the database file while nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long after a write the log is moved, with all the writes in between.
const PAUSE: Duration = Duration::from_secs(1);

/// A task that checkpoints passively, on a connection that is open only meanwhile. A passive checkpoint takes no lock that a
/// writer or a reader waits for, and does as much as it can beside them.
pub(crate) struct Checkpoints {
    written: Arc<Notify>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
    _stop_on_drop: DropGuard,
}

impl Checkpoints {
    pub(crate) fn start(options: SqliteConnectOptions, database: &'static str) -> Self {
        let written = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let work = run(options, database, Arc::clone(&written));
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            stopped.run_until_cancelled(work).await;
        });
        Self {
            written,
            _stop_on_drop: stop.clone().drop_guard(),
            stop,
            task: Mutex::new(Some(task)),
        }
    }

    /// There is something to move.
    pub(crate) fn written(&self) {
        self.written.notify_one();
    }

    /// Ends the task, so that no connection of its own is open afterwards.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take() {
            // It can only have been cancelled, which is what is wanted.
            task.map(drop).await;
        }
    }
}

async fn run(options: SqliteConnectOptions, database: &'static str, written: Arc<Notify>) {
    loop {
        written.notified().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = checkpoint(&options).await {
            // The log keeps growing and the next attempt moves it all.
            tracing::warn!(database, %error, "could not checkpoint");
        }
    }
}

async fn checkpoint(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    crate::store::integrity::checkpoint(&mut connection).await?;
    connection.close().await
}
