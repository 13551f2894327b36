//! The event log through its public interface, on real databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its set-up too")]

mod arrivals;
mod backup;
mod batch;
mod divergence;
mod failures;
mod ids;
mod interleaving;
mod listen;
mod log;
mod metrics;
mod open;
mod poison;
mod postgres;
mod readers;
mod relay;
mod replies;
mod seen_versions;
mod supervisor;
mod support;
mod tail;
mod wal;
mod write;
