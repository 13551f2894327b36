//! A count that drains over time.

use std::time::Duration;

/// A leaky bucket, stored as the instant at which it is empty: each count moves that by the time that one
/// takes to drain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeakyBucket {
    empty_at: Duration,
}

impl LeakyBucket {
    pub(super) fn is_empty(self, now: Duration) -> bool {
        self.empty_at <= now
    }

    /// Adds one. Beyond the limit nothing is added, so that it drains within a bounded time.
    pub(super) fn add(&mut self, now: Duration, limit: u32, every: Duration) {
        let most = now + every * limit;
        self.empty_at = (self.empty_at.max(now) + every).min(most);
    }

    /// How long until one more is within the limit; `None` if it is now.
    pub(super) fn wait(self, now: Duration, limit: u32, every: Duration) -> Option<Duration> {
        let allowed = every * limit.saturating_sub(1);
        let wait = self.empty_at.saturating_sub(now).saturating_sub(allowed);
        (!wait.is_zero()).then_some(wait)
    }
}
