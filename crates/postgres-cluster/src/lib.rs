//! PostgreSQL for tests and tools: a server of their own, and a database for each.
//!
//! The server is part of its process like its memory: [`Cluster::shared`] starts one when the first test asks for it, and it
//! ends with the process. It serves on a socket in a temporary folder, on no port, so that any number of processes have theirs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate is used by tests and for `cargo xtask prepare` only, where a panic is the report"
)]

mod cluster;
mod database;
mod pair;
#[cfg(test)]
mod tests;

pub use cluster::Cluster;
pub use database::TestDatabase;
pub use pair::{Pair, Replication};
