//! What a running relay remembers, so that it need not read it again for every batch.

use std::time::Duration;

use tokio::time::Instant;

/// What a relay knows of its consumer from what it did itself. After an error it knows nothing.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The cursor's position. If another relay has advanced it, advancing it from here fails.
    position: Option<i64>,
    /// When the retry queue was last looked into and nothing was due.
    none_due_since: Option<Instant>,
}

impl Progress {
    /// The cursor's position, if it is known. The event there was seen to be the source's.
    pub(super) fn position(&self) -> Option<i64> {
        self.position
    }

    /// The cursor was advanced to that position.
    pub(super) fn advanced(&mut self, position: i64) {
        self.position = Some(position);
    }

    /// Whether to look into the retry queue: at every pass while something is due, and otherwise as often as the relay polls.
    pub(super) fn looks_for_due(&self, poll: Duration) -> bool {
        self.none_due_since.is_none_or(|since| since.elapsed() >= poll)
    }

    /// How long to wait for more events at most, so that looking does not take longer than that.
    pub(super) fn pause(&self, poll: Duration) -> Duration {
        self.none_due_since
            .map_or(poll, |since| poll.saturating_sub(since.elapsed()))
    }

    /// The retry queue was looked into.
    pub(super) fn looked(&mut self, due: usize) {
        self.none_due_since = (due == 0).then(Instant::now);
    }

    /// An event was put into the retry queue.
    pub(super) fn queued(&mut self) {
        self.none_due_since = None;
    }
}
