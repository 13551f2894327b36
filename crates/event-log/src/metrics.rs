//! The measurements of a database and of a relay. The caller that exposes them names them.

mod commit_counters;
mod database;
mod published;
mod relay;

pub use commit_counters::CommitCounters;
pub use database::DatabaseMetrics;
pub use published::PublishedEvents;
pub use relay::RelayMetrics;

/// From one by one to the largest batches there are.
const BATCH_SIZES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// A number of things as an observation of a histogram.
pub(crate) fn observation(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// A number of things as an increment of a counter.
pub(crate) fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}
