//! The only way to change a database.

use std::panic;
use std::sync::atomic::Ordering;

use futures::future::BoxFuture;
use tracing::Instrument;

use super::{Database, Transaction};
use crate::{DatabaseError, Step};

impl Database {
    /// Runs `work` in a write transaction: commits if it returns `Ok`, rolls back if it returns `Err`.
    ///
    /// Writes run one after the other, in the order of their calls. `work` must not wait for anything but this database: all other
    /// writers wait for it. It must return the errors of its statements, except those of a constraint: after others SQLite may
    /// have rolled back automatically, and nothing written afterwards belongs to the transaction. It runs on its own task, so a caller
    /// that goes away (a client that hangs up) can neither
    /// interrupt it half-way nor leave the connection in a strange state.
    ///
    /// ```no_run
    /// # async fn example(db: event_log::Database) -> Result<(), event_log::DatabaseError> {
    /// let id = db.ids().next().to_string();
    /// let sequence = db
    ///     .write(move |tx| {
    ///         Box::pin(async move {
    ///             sqlx::query("INSERT INTO lamps (id, lit) VALUES (?, 1)").bind(&id).execute(tx.connection()).await?;
    ///             tx.append("lamp:lit", &id, 0, &serde_json::json!({ "id": id })).await
    ///         })
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of `work`, or that the transaction could not be begun or committed. After a failed commit nothing was written, except
    /// when the disk failed: then it is unknown until the file is opened again.
    ///
    /// # Panics
    /// When `work` panics, with the same payload, after rolling back.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let database = self.clone();
        let task = tokio::spawn(async move { database.run(work).await }.in_current_span());
        match task.await {
            Ok(outcome) => outcome,
            Err(stopped) => match stopped.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                // The runtime is shutting down.
                Err(_) => Err(DatabaseError::from(sqlx::Error::PoolClosed).into()),
            },
        }
    }

    /// The same on the caller's own task, which must not go away before it has ended.
    pub(crate) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> BoxFuture<'t, Result<T, E>>,
        E: From<DatabaseError>,
    {
        let begun = self.inner.writer.begin_with("BEGIN IMMEDIATE").await;
        let begun = begun.map_err(|error| self.failed_to_begin(error))?;
        let (ids, now_ms) = (self.inner.ids.clone(), self.inner.clock.now_ms());
        let mut transaction = Transaction::new(begun, ids, now_ms, self.age_ms());
        match work(&mut transaction).await {
            Ok(value) => {
                self.save_age(&mut transaction).await?;
                self.commit(transaction).await?;
                Ok(value)
            }
            Err(error) => {
                if let Err(rollback) = transaction.rollback().await {
                    // SQLite has rolled back automatically. The pool replaces the connection, whose driver does not know.
                    tracing::debug!(database = self.inner.name, error = %rollback, "there was nothing to roll back");
                }
                Err(error)
            }
        }
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), DatabaseError> {
        let newest = transaction.newest();
        self.observer.reached(Step::BeforeCommit);
        transaction.commit().await?;
        self.observer.reached(Step::AfterCommit);
        self.inner.checkpoints.written();
        if let Some(newest) = newest {
            // The connection is already free, so a later commit may have been published first.
            self.inner.newest.send_if_modified(|published| {
                let later = newest > *published;
                if later {
                    *published = newest;
                }
                later
            });
        }
        Ok(())
    }

    /// The pool cannot see that the thread of its connection is gone.
    fn failed_to_begin(&self, error: sqlx::Error) -> DatabaseError {
        if matches!(error, sqlx::Error::WorkerCrashed) {
            self.inner.writer_crashed.store(true, Ordering::Release);
        }
        error.into()
    }
}
