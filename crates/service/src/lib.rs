//! What a service is, and the runtime that opens, wires, runs, checks and stops a list of them.
//!
//! A service describes itself twice. Its [`Definition`] is what can be said of it without running it: its name, its tables, what it
//! consumes, what must hold in its database. Commands that look at a data folder need no more. A [`Service`] is a running one: the
//! definition with its database, its routes, its workers and what readiness asks it.
//!
//! The [`Runtime`] takes a list of services and needs to know nothing else: a relay runs for every [`Consumer`] whose source is in
//! the list, and readiness, shutdown and the router follow from the list, too. It hands out no database: what is written is written by
//! the service that owns it.
//!
//! What does *not* belong here: any particular service, its events, or a page.

mod consumer;
mod databases;
mod definition;
mod drain;
mod readiness;
mod runtime;
mod status;
mod worker;

pub use consumer::{Consumer, Operation, OperationWith};
pub use databases::{Databases, Diverged, OpenError, VerifyError, file, files_of_divergence};
pub use definition::{Definition, Invariant, Pair, pairs};
pub use readiness::{BoxError, ReadinessCheck};
pub use runtime::{Runtime, Service};
pub use status::{DatabaseStatus, RelayReport};
pub use worker::Worker;
