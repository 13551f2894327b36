//! What is measured of a relay.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

/// What is measured of a relay. Clones share their values.
#[derive(Clone, Debug)]
pub struct RelayMetrics {
    /// Events that the handler applied and the consumer committed, at the first attempt or a later one.
    pub delivered: Counter,
    /// Attempts at an event that failed: it waits in the retry queue or is a dead letter.
    pub failed_attempts: Counter,
    /// How many events went into each transaction of the consumer, those that the handler has no use for included.
    pub batch: Histogram,
}

impl Default for RelayMetrics {
    fn default() -> Self {
        Self {
            delivered: Counter::default(),
            failed_attempts: Counter::default(),
            batch: Histogram::new(super::BATCH_SIZES),
        }
    }
}
