//! What is measured of the writes of a database.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use super::PublishedEvents;

/// Seconds, from a commit of a fast disk to the time after which a write gives up.
const SECONDS: [f64; 14] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0,
];

/// What is measured of the writes of a database. Clones share their values.
#[derive(Clone, Debug)]
pub struct DatabaseMetrics {
    /// For how many seconds writes waited for their turn.
    pub write_wait: Histogram,
    /// For how many seconds writes kept all others waiting, until their commit or rollback had ended.
    pub write: Histogram,
    /// Writes that could not begin or commit: the database was busy for too long, full or broken.
    pub failed_writes: Counter,
    /// How many requests were decided in one transaction of a [`BatchQueue`](crate::BatchQueue).
    pub batch: Histogram,
    /// Events by subject.
    pub published: PublishedEvents,
}

impl Default for DatabaseMetrics {
    fn default() -> Self {
        Self {
            write_wait: Histogram::new(SECONDS),
            write: Histogram::new(SECONDS),
            failed_writes: Counter::default(),
            batch: Histogram::new(super::BATCH_SIZES),
            published: PublishedEvents::default(),
        }
    }
}
