//! PostgreSQL for tests: a server of their own, and a database for each.
//!
//! The server is part of a test process like its memory: [`Cluster::shared`] starts one when the first test asks for it, and it
//! ends with the process. It serves on a socket in a temporary folder, on no port, so that any number of processes have theirs.

mod cluster;
mod database;
#[cfg(test)]
mod tests;

pub use cluster::Cluster;
pub use database::TestDatabase;
