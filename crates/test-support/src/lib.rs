//! Helpers shared by the integration tests of Ticketing's services: a [`World`] with its own time, ids, sessions and
//! database files, a [`Client`] for the real router, and [`Delivery`], a relay that is run by hand and must have delivered
//! everything when a test ends. For what runs on PostgreSQL, a [`Cluster`] of the tests' own.
//!
//! For tests only: crates depend on it only as a dev-dependency. It contains what more than one service's tests need,
//! and nothing about tickets or orders.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate is used by tests only, where a panic is the report"
)]

mod client;
mod delivery;
mod reply;
mod storage;
mod world;
mod writer;

pub use client::Client;
pub use delivery::Delivery;
pub use postgres_cluster::{Cluster, Pair, Replication, TestDatabase};
pub use reply::Reply;
pub use storage::{is_on_postgres, location, postgres_of};
pub use world::{User, World};
pub use writer::occupy_writer;
