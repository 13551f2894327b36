//! How a relay behaves.

use std::time::Duration;

use crate::{Observer, RelayMetrics};

/// Pauses that double from the first to the longest.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The pause after the first failure.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
}

impl Backoff {
    /// The pause after this many failures, counted from 1.
    #[must_use]
    pub fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

/// The settings of a relay.
#[derive(Clone, Debug)]
pub struct RelayOptions {
    /// How many events go into one transaction of the consumer. More are cheaper per event, and longer for the consumer's
    /// other writers to wait for.
    pub batch: u32,
    /// How often to poll without being woken. It bounds the delay when a wake-up is lost or another process wrote the event, and
    /// the delay of a retry that has become due.
    pub poll: Duration,
    /// How long a busy relay waits for more events before it delivers the next batch: fewer transactions, so that the consumer's other
    /// writers come sooner. A relay is busy while its batches have more than one event; a single event is delivered at once.
    pub linger: Duration,
    /// How often an event is attempted before it becomes a dead letter, at least once.
    pub attempts: u32,
    /// The pauses between these attempts.
    pub event_backoff: Backoff,
    /// The pauses after a failure of one of the databases.
    pub database_backoff: Backoff,
    /// Called at each step.
    pub observer: Observer,
    /// Where it is measured. A clone of these options measures in the same place.
    pub metrics: RelayMetrics,
}

impl RelayOptions {
    /// A batch has at least one event, whatever the setting.
    pub(super) fn batch_size(&self) -> usize {
        self.batch.max(1) as usize
    }
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self {
            batch: 256,
            poll: Duration::from_secs(1),
            linger: Duration::ZERO,
            attempts: 5,
            event_backoff: Backoff {
                first: Duration::from_secs(1),
                longest: Duration::from_mins(1),
            },
            database_backoff: Backoff {
                first: Duration::from_millis(50),
                longest: Duration::from_secs(5),
            },
            observer: Observer::default(),
            metrics: RelayMetrics::default(),
        }
    }
}
