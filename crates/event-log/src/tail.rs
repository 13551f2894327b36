//! Follows the events of a source for something kept in memory.

use std::time::Duration;

use tokio::sync::watch;

use crate::{DatabaseError, Event, EventSource};

/// How many events are read at once.
const BATCH: usize = 256;

/// How often to poll without a wake-up: another process may have written.
const POLL: Duration = Duration::from_secs(1);

/// A follower of one source's events. It keeps its position in memory alone.
///
/// ```no_run
/// # async fn example(tickets: event_log::EventSource) -> Result<(), event_log::DatabaseError> {
/// let mut tail = tickets.tail(0);
/// loop {
///     for event in tail.next_batch().await? {
///         println!("{} {}", event.sequence, event.subject);
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Tail {
    source: EventSource,
    newest: watch::Receiver<i64>,
    position: i64,
}

impl Tail {
    /// Follows the events after sequence `after`: 0 for all of them.
    #[must_use]
    pub fn new(source: impl Into<EventSource>, after: i64) -> Self {
        let source = source.into();
        let newest = source.watch();
        Self {
            source,
            newest,
            position: after,
        }
    }

    /// The sequence of the last event that was handed out.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The next events, at least one, waiting until there is one. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the database cannot be read. The position stays, and the call can be repeated.
    pub async fn next_batch(&mut self) -> Result<Vec<Event>, DatabaseError> {
        loop {
            // Marked as seen before reading, so that a commit after the read wakes the wait below.
            self.newest.mark_unchanged();
            let events = self.pending_batch().await?;
            if !events.is_empty() {
                return Ok(events);
            }
            // Either way there is a reason to look. The sender lives as long as the source that this tail holds.
            let _woken_or_not = tokio::time::timeout(POLL, self.newest.changed()).await;
        }
    }

    /// The next available events, without waiting. Empty when everything was handed out.
    ///
    /// # Errors
    /// When the database cannot be read. The position stays, and the call can be repeated.
    pub async fn pending_batch(&mut self) -> Result<Vec<Event>, DatabaseError> {
        let events = self.source.after(self.position, BATCH).await?;
        if let Some(last) = events.last() {
            self.position = last.sequence;
        }
        Ok(events)
    }
}
