//! A number of wrong passwords that grows less by itself.

use std::time::Duration;

/// What is held against somebody, as the instant at which nothing is any more: each count moves it on by the time that one
/// takes to be forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeakyBucket {
    empty_at: Duration,
}

impl LeakyBucket {
    pub(super) fn is_empty(self, now: Duration) -> bool {
        self.empty_at <= now
    }

    /// One more. Beyond the limit nothing is added, so that it never takes longer than the limit does until it is paid.
    pub(super) fn add(&mut self, now: Duration, limit: u32, every: Duration) {
        let most = now + every * limit;
        self.empty_at = (self.empty_at.max(now) + every).min(most);
    }

    /// How long it takes until one more would be within the limit; `None` if it is.
    pub(super) fn wait(self, now: Duration, limit: u32, every: Duration) -> Option<Duration> {
        let allowed = every * limit.saturating_sub(1);
        let wait = self.empty_at.saturating_sub(now).saturating_sub(allowed);
        (!wait.is_zero()).then_some(wait)
    }
}
