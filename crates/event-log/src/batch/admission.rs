//! Whether another request may wait: a queue is bounded by the time that it takes, not by its length alone.

use std::time::{Duration, Instant};

use super::QUEUE_LIMIT;

/// How long an accepted request may have to wait, once the queue does not keep up.
pub(super) const WAIT_LIMIT: Duration = Duration::from_millis(100);

/// The age of the oldest request, when a batch is taken, from which on the queue is behind.
const BEHIND: Duration = Duration::from_millis(50);

/// How long the queue has to be behind. A burst that is over sooner is worked off, and nobody is refused.
const PATIENCE: Duration = Duration::from_millis(100);

/// As many may wait in any case: on a machine that is slow for a moment nobody is refused because of a handful of others.
const ALWAYS_ADMITTED: usize = 128;

/// The least size of a batch whose duration says what a request costs: in smaller ones it is mostly the commit.
const MEANINGFUL: usize = 32;

/// Watches how fast a queue is worked off.
///
/// This is controlled delay: a long queue alone is no overload, as it may be a burst that is over in a moment. It is one when
/// requests have been waiting for long in every batch of a while. See "Controlling Queue Delay" (Nichols and Jacobson, 2012).
#[derive(Debug, Default)]
pub(super) struct Admission {
    /// The time that a request takes in a batch, as a moving average.
    cost: Option<Duration>,
    behind_since: Option<Instant>,
}

impl Admission {
    /// Whether a request may join those that wait.
    pub(super) fn admits(&self, waiting: usize, now: Instant) -> bool {
        let is_behind = self
            .behind_since
            .is_some_and(|since| now.saturating_duration_since(since) >= PATIENCE);
        if waiting < ALWAYS_ADMITTED {
            return true;
        }
        if waiting >= QUEUE_LIMIT {
            return false;
        }
        let Some(cost) = self.cost.filter(|_| is_behind) else {
            return true;
        };
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        cost.saturating_mul(waiting) <= WAIT_LIMIT
    }

    /// A batch was taken, whose oldest request has waited for that long.
    pub(super) fn taken(&mut self, oldest_wait: Duration, now: Instant) {
        if oldest_wait <= BEHIND {
            self.behind_since = None;
        } else if self.behind_since.is_none() {
            self.behind_since = Some(now);
        }
    }

    /// Nothing waits any more.
    pub(super) fn idle(&mut self) {
        self.behind_since = None;
    }

    /// A batch was executed.
    pub(super) fn executed(&mut self, requests: usize, took: Duration) {
        let Ok(count) = u32::try_from(requests) else {
            return;
        };
        if requests >= MEANINGFUL {
            let cost = took / count;
            self.cost = Some(self.cost.map_or(cost, |before| (before * 7 + cost) / 8));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A queue that takes half a millisecond per request, and whose oldest request has waited for 60 ms.
    fn behind(since: Instant) -> Admission {
        let mut admission = Admission::default();
        admission.executed(100, 50 * MS);
        admission.taken(60 * MS, since);
        admission
    }

    #[test]
    fn burst_is_admitted() {
        let now = Instant::now();
        let admission = behind(now);
        assert!(admission.admits(QUEUE_LIMIT - 1, now + PATIENCE - MS));
    }

    #[test]
    fn queue_that_stays_behind_admits_what_it_can_execute_in_time() {
        let now = Instant::now();
        let admission = behind(now);
        assert!(admission.admits(200, now + PATIENCE));
        assert!(!admission.admits(201, now + PATIENCE));
    }

    #[test]
    fn queue_that_has_caught_up_admits_all() {
        let now = Instant::now();
        let mut admission = behind(now);
        admission.taken(BEHIND, now + PATIENCE);
        assert!(admission.admits(QUEUE_LIMIT - 1, now + PATIENCE * 2));
    }

    #[test]
    fn burst_after_a_pause_is_admitted() {
        let now = Instant::now();
        let mut admission = behind(now);
        admission.idle();
        assert!(admission.admits(QUEUE_LIMIT - 1, now + Duration::from_hours(1)));
    }

    #[test]
    fn being_behind_is_counted_from_its_beginning() {
        let now = Instant::now();
        let mut admission = behind(now);
        admission.taken(60 * MS, now + PATIENCE);
        assert!(!admission.admits(201, now + PATIENCE));
    }

    #[test]
    fn small_batches_say_nothing_about_the_cost() {
        let now = Instant::now();
        let mut admission = Admission::default();
        admission.executed(MEANINGFUL - 1, 1_000 * MS);
        admission.taken(60 * MS, now);
        assert!(admission.admits(QUEUE_LIMIT - 1, now + PATIENCE));
    }

    #[test]
    fn slow_machine_refuses_nobody_because_of_a_few() {
        let now = Instant::now();
        let mut admission = behind(now);
        admission.executed(100, 100_000 * MS);
        assert!(admission.admits(ALWAYS_ADMITTED - 1, now + PATIENCE));
        assert!(!admission.admits(ALWAYS_ADMITTED, now + PATIENCE));
    }

    #[test]
    fn queue_has_a_limit_in_any_case() {
        assert!(!Admission::default().admits(QUEUE_LIMIT, Instant::now()));
    }
}
