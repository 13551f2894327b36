//! What the integration tests of Ticketing's services share: a [`World`] with time, ids, sessions and database files of
//! its own, a [`Client`] for the real router, and [`Delivery`], a relay that is run by hand and must have delivered
//! everything when a test ends.
//!
//! For tests only: no crate depends on it but as a dev-dependency. What belongs here is known to more than one
//! service's tests; what is about tickets or orders is not.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "this crate is used by tests only, where a panic is the report"
)]

mod client;
mod delivery;
mod reply;
mod world;

pub use client::Client;
pub use delivery::Delivery;
pub use reply::Reply;
pub use world::{User, World};
