//! The transaction of a write.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;
use serde::Serialize;
use uuid::Uuid;

use super::Database;
use super::listeners::Notification;
use crate::sql::Connection;
use crate::{CommitCounters, DatabaseError, Event, IdSource, NewEvent, PublishedEvents, store};

/// The write transaction that [`Database::write`](crate::Database::write) hands to its work.
pub struct Transaction {
    inner: Connection,
    ids: IdSource,
    now_ms: i64,
    running_time_ms: i64,
    /// The events that it has appended.
    appended: Vec<Event>,
    counters: Arc<CommitCounters>,
    published: PublishedEvents,
    /// To be incremented after the commit.
    counted: Vec<Counter>,
    /// For the listeners, after the commit.
    notifications: Vec<Notification>,
}

impl Transaction {
    pub(super) fn new(inner: Connection, database: &Database) -> Self {
        Self {
            inner,
            ids: database.inner.ids.clone(),
            now_ms: database.inner.clock.now_ms(),
            running_time_ms: database.running_time_ms(),
            appended: Vec::new(),
            counters: Arc::clone(&database.counters),
            published: database.inner.metrics.published.clone(),
            counted: Vec::new(),
            notifications: Vec::new(),
        }
    }

    /// The connection, to run statements on.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.inner
    }

    /// The instant of this transaction, in milliseconds UTC: the same for everything that it writes.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// [`Database::running_time_ms`](crate::Database::running_time_ms) at this transaction.
    #[must_use]
    pub fn running_time_ms(&self) -> i64 {
        self.running_time_ms
    }

    /// Where [`Transaction::next_id`] takes its ids from.
    #[must_use]
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }

    /// A new UUIDv7.
    #[must_use]
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Counts a fact once this transaction has committed, in the counter that [`Database::counting`] has for its type.
    pub fn count<T: Any>(&mut self, fact: &T) {
        self.counted.extend(self.counters.of(fact));
    }

    /// Tells those who [listen](Database::listen) for a `T`, once this transaction has committed, or its commit has failed. If it is
    /// rolled back they hear nothing.
    pub fn notify<T: Any + Send + Sync>(&mut self, notification: T) {
        self.notifications.push(Box::new(notification));
    }

    /// Appends an event to the log and returns its sequence. It becomes visible with the commit, and is counted then.
    ///
    /// # Errors
    /// When the payload cannot be written as JSON, or the aggregate already announced this version
    /// ([`DatabaseError::is_unique_violation`]).
    pub async fn append<P: Serialize + Sync + Any>(
        &mut self,
        subject: &'static str,
        aggregate_id: &str,
        aggregate_version: i64,
        payload: &P,
    ) -> Result<i64, DatabaseError> {
        let event = store::events::EventRow {
            id: self.ids.next().to_string(),
            subject,
            aggregate_id,
            aggregate_version,
            occurred_at_ms: self.now_ms,
            payload: serde_json::to_string(payload)?.into(),
        };
        let sequence = store::events::insert(&mut self.inner, &event).await?;
        self.appended.push(event.at(sequence));
        self.count_event(subject, payload);
        Ok(sequence)
    }

    /// Appends events to the log in their order, with one statement. They become visible with the commit, and are counted then.
    ///
    /// # Errors
    /// When an aggregate already announced one of these versions ([`DatabaseError::is_unique_violation`]): none is appended.
    pub async fn append_all(&mut self, events: &[NewEvent]) -> Result<(), DatabaseError> {
        if events.is_empty() {
            return Ok(());
        }
        let rows = events.iter().map(|event| store::events::EventRow {
            id: self.ids.next().to_string(),
            subject: event.subject,
            aggregate_id: &event.aggregate_id,
            aggregate_version: event.aggregate_version,
            occurred_at_ms: self.now_ms,
            payload: event.payload.as_str().into(),
        });
        let rows: Vec<_> = rows.collect();
        let first = store::events::insert_all(&mut self.inner, &rows).await?;
        self.appended
            .extend((first..).zip(rows).map(|(sequence, row)| row.at(sequence)));
        for event in events {
            self.count_event(event.subject, &*event.fact);
        }
        Ok(())
    }

    /// The event of this database that created a version of an aggregate, if there is one: the state of the aggregate at the time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn event_of_version(
        &mut self,
        aggregate_id: &str,
        aggregate_version: i64,
    ) -> Result<Option<Event>, DatabaseError> {
        store::events::of_version(&mut self.inner, aggregate_id, aggregate_version).await
    }

    /// The events that this transaction appended, in their order.
    pub(super) fn take_appended(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.appended)
    }

    fn count_event(&mut self, subject: &'static str, fact: &dyn Any) {
        self.counted.push(self.published.of(subject));
        self.counted.extend(self.counters.of(fact));
    }

    /// What is to be incremented after the commit.
    pub(super) fn take_counted(&mut self) -> Vec<Counter> {
        std::mem::take(&mut self.counted)
    }

    pub(super) fn take_notifications(&mut self) -> Vec<Notification> {
        std::mem::take(&mut self.notifications)
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.inner.commit().await
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.inner.rollback().await
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("now_ms", &self.now_ms)
            .finish_non_exhaustive()
    }
}
