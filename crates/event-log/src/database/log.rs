//! The events of a database.

use std::time::Duration;

use tokio::sync::watch;

use super::Database;
use crate::{DatabaseError, Event, EventSource, store};

impl Database {
    /// The sequence of the newest committed event, 0 if there is none. It changes after each commit that appended events.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.inner.newest.subscribe()
    }

    /// Waits until those who [listen to others](Database::listen_to_others) were notified of everything up to a sequence, and those who
    /// watch, but no longer than `limit`. Returns whether they were.
    pub(crate) async fn caught_up_with(&self, sequence: i64, limit: Duration) -> bool {
        let Some(mut met) = self.inner.backend.met() else {
            return true;
        };
        let mut newest = self.watch();
        let caught_up = async {
            met.wait_for(|met| *met >= sequence).await.is_ok()
                && newest.wait_for(|newest| *newest >= sequence).await.is_ok()
        };
        tokio::time::timeout(limit, caught_up).await.unwrap_or(false)
    }

    /// The events of this database, for others: nothing can be written through them.
    #[must_use]
    pub fn events(&self) -> EventSource {
        self.into()
    }

    /// The events of one subject that occurred at `since_ms` (milliseconds UTC) or later, in the order of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events_since(&self, subject: &str, since_ms: i64) -> Result<Vec<Event>, DatabaseError> {
        store::events::of_subject_since(self.background_reader(), subject, since_ms).await
    }

    /// At most `limit` events after a sequence, in order.
    pub(crate) async fn events_after(
        &self,
        sequence: i64,
        limit: usize,
    ) -> Result<Vec<Event>, DatabaseError> {
        let newest = *self.inner.newest.borrow();
        match self.inner.recent_events.after(sequence, limit) {
            // Else another process has written more.
            Some(events)
                if events.len() == limit || events.last().is_some_and(|last| last.sequence >= newest) =>
            {
                Ok(events)
            }
            _ => store::events::after(self.background_reader(), sequence, limit).await,
        }
    }

    /// Every event of one aggregate, in the order of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events_of(&self, aggregate_id: &str) -> Result<Vec<Event>, DatabaseError> {
        store::events::of_aggregate(self.reader(), aggregate_id).await
    }
}

/// Wakes those who wait for events. The sequence never goes back: another process may have been seen to be ahead.
pub(super) fn advance(newest: &watch::Sender<i64>, to: i64) {
    newest.send_if_modified(|newest| {
        let is_later = to > *newest;
        *newest = to.max(*newest);
        is_later
    });
}
