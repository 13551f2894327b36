//! The events of a database, for others than its owner.

use std::time::Duration;

use tokio::sync::watch;

use crate::{Database, DatabaseError, Event, Tail, store};

/// The events of a database, to read and to follow. Nothing can be written through it, so that a service can hand it out. Clones
/// are handles to the same events.
#[derive(Clone, Debug)]
pub struct EventSource(Database);

impl EventSource {
    /// The name under which consumers know these events.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The sequence of the newest committed event, 0 if there is none. A read that begins afterwards sees all up to it.
    #[must_use]
    pub fn head(&self) -> i64 {
        *self.0.watch().borrow()
    }

    /// [`EventSource::head`], which wakes its receivers when there are more events. A wake-up may be lost: poll as well.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.watch()
    }

    /// Whether other processes may write to the database, too.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        !self.0.is_sqlite()
    }

    /// Waits until everything that this process keeps in memory of these events' database knows of those up to a sequence, but no longer
    /// than `limit`. Returns whether it does. At once, if the database belongs to this process alone.
    pub async fn caught_up_with(&self, sequence: i64, limit: Duration) -> bool {
        self.0.caught_up_with(sequence, limit).await
    }

    /// Follows the events after sequence `after`: 0 for all of them.
    #[must_use]
    pub fn tail(&self, after: i64) -> Tail {
        Tail::new(self.clone(), after)
    }

    /// The events of one subject that occurred at `since_ms` (milliseconds UTC) or later, in the order of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn since(&self, subject: &str, since_ms: i64) -> Result<Vec<Event>, DatabaseError> {
        self.0.events_since(subject, since_ms).await
    }

    /// At most `limit` events after a sequence, in order.
    pub(crate) async fn after(&self, sequence: i64, limit: usize) -> Result<Vec<Event>, DatabaseError> {
        self.0.events_after(sequence, limit).await
    }

    /// When the first event after a sequence occurred, in milliseconds UTC; `None` if there is none.
    pub(crate) async fn first_after(&self, sequence: i64) -> Result<Option<i64>, DatabaseError> {
        store::events::first_after(self.0.background_reader(), sequence).await
    }

    /// [`EventSource::head`], as it stands in the file: another process may have written.
    pub(crate) async fn stored_head(&self) -> Result<i64, DatabaseError> {
        store::events::newest_sequence(self.0.background_reader()).await
    }

    /// The id of the event at a sequence.
    pub(crate) async fn id_at(&self, sequence: i64) -> Result<Option<String>, DatabaseError> {
        store::events::id_at(self.0.background_reader(), sequence).await
    }
}

impl From<Database> for EventSource {
    fn from(database: Database) -> Self {
        Self(database)
    }
}

impl From<&Database> for EventSource {
    fn from(database: &Database) -> Self {
        Self(database.clone())
    }
}

impl From<&EventSource> for EventSource {
    fn from(source: &EventSource) -> Self {
        source.clone()
    }
}
