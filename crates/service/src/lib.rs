//! The definition of a service, and the runtime that opens, wires, runs, checks and stops a list of services.
//!
//! A service describes itself twice. Its [`Definition`] is the static part: its name, tables, consumers and
//! invariants. Commands that inspect a data directory need no more. A [`Service`] is a running one: the
//! definition with its database, routes, workers, metrics and readiness checks.
//!
//! The [`Runtime`] takes a list of services and needs to know nothing else: a relay runs for every [`Subscription`] whose source is in
//! the list, and readiness, [metrics], shutdown and the router also follow from the list. It hands out no database: only the service
//! that owns a database writes to it.
//!
//! It does *not* contain any particular service, its events, or a page.

mod databases;
mod definition;
mod drain;
mod leading;
pub mod metrics;
mod readiness;
mod runtime;
mod status;
mod storage;
mod subscription;
mod worker;

pub use databases::{Databases, InconsistentFiles, OpenError, VerifyError, divergence_text, file};
pub use definition::{Definition, Invariant, RelayEndpoints, relay_endpoints};
pub use readiness::{BoxError, ReadinessCheck};
pub use runtime::{Runtime, Service};
pub use status::{DatabaseStatus, RelayReport};
pub use storage::{PostgresStorage, Storage};
pub use subscription::{BatchSubscription, Subscription};
pub use worker::Worker;
