//! The only way to change a database.

use std::panic;

use futures::future::BoxFuture;
use tokio::time::Instant;
use tracing::Instrument;

use super::log::advance;
use super::{CommitOutcome, Database, Transaction};
use crate::sql::Connection;
use crate::{DatabaseError, Step};

impl Database {
    /// Runs `work` in a write transaction: commits if it returns `Ok`, rolls back if it returns `Err`.
    ///
    /// Writes run one after the other, in the order of their calls. `work` must not wait for anything but this database: all other
    /// writers wait for it. It must return the errors of its statements, except those of a constraint: after others SQLite may
    /// have rolled back automatically, and nothing written afterwards belongs to the transaction. It runs on its own task, so a
    /// caller that goes away (a client that hangs up) can neither interrupt it half-way nor leave the connection in a strange
    /// state.
    ///
    /// ```no_run
    /// # use event_log::sql::unchecked;
    /// # async fn example(db: event_log::Database) -> Result<(), event_log::DatabaseError> {
    /// let id = db.ids().next().to_string();
    /// let sequence = db
    ///     .write(move |tx| {
    ///         Box::pin(async move {
    ///             unchecked("INSERT INTO lamps (id, lit) VALUES ($1, true)").bind(&id).execute(tx.connection()).await?;
    ///             tx.append("lamp:lit", &id, 0, &serde_json::json!({ "id": id })).await
    ///         })
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The error of `work`, or an error if the transaction could not be started or committed. After a failed commit nothing was
    /// written, except when the disk failed: then it is unknown until the file is opened again.
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
        let metrics = &self.inner.metrics;
        let called = Instant::now();
        let connection = self.inner.backend.begin().await;
        metrics.write_wait.observe(called.elapsed().as_secs_f64());
        let connection = connection.map_err(|error| {
            metrics.failed_writes.inc();
            DatabaseError::from(error)
        })?;
        let began = Instant::now();
        let outcome = self.run_within(connection, work).await;
        metrics.write.observe(began.elapsed().as_secs_f64());
        outcome
    }

    async fn run_within<T, E, F>(&self, connection: Connection, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> BoxFuture<'t, Result<T, E>>,
        E: From<DatabaseError>,
    {
        let mut transaction = Transaction::new(connection, self);
        match work(&mut transaction).await {
            Ok(value) => {
                self.save_running_time(&mut transaction).await?;
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

    async fn commit(&self, mut transaction: Transaction) -> Result<(), DatabaseError> {
        let appended = transaction.take_appended();
        let sequences = appended.first().zip(appended.last());
        let sequences = sequences.map(|(first, last)| first.sequence..=last.sequence);
        let newest = sequences.as_ref().map(|sequences| *sequences.end());
        let counted = transaction.take_counted();
        let notifications = transaction.take_notifications();
        self.observer.reached(Step::BeforeCommit);
        // Taken while nobody else can write: turns are in the order of the commits, although the connection is free after the commit.
        let turn = self.inner.listeners.turn().await;
        let own = self.inner.backend.others().zip(sequences);
        if let Some((others, sequences)) = &own {
            others.committing(sequences.clone());
        }
        if let Err(error) = transaction.commit().await {
            if let Some((others, sequences)) = &own {
                others.not_committed(sequences);
            }
            self.inner.metrics.failed_writes.inc();
            turn.notify(&notifications, CommitOutcome::InDoubt);
            return Err(error.into());
        }
        // In the order of the commits, too.
        self.inner.recent_events.committed(appended);
        turn.notify(&notifications, CommitOutcome::Committed);
        // Not before: what was rolled back has not happened.
        for counter in counted {
            counter.inc();
        }
        self.observer.reached(Step::AfterCommit);
        self.inner.backend.committed(newest);
        if let Some(newest) = newest {
            advance(&self.inner.newest, newest);
        }
        Ok(())
    }
}
