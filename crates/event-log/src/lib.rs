//! A SQLite database whose writes carry events, and a relay that delivers them to other databases exactly once.
//!
//! # What belongs here
//! - [`Database`]: one file, one writer, many readers. [`Database::write`] is the only way to change it.
//! - [`Transaction::append`]: an event, committed together with the change that it tells of.
//! - [`Relay`]: carries the events of one database to a [`Handler`] that writes into another.
//! - [`Tail`]: follows the events of a database for something kept in memory.
//! - [`Clock`] and [`IdSource`]: time and chance come in from outside.
//!
//! What does *not* belong here: the meaning of any event. Payloads are JSON, and subjects are words.
//!
//! # Invariants
//! 1. An event is visible exactly when the change that it tells of is: both are in one transaction.
//! 2. Sequences are gapless and in commit order, and an event is never changed or removed.
//! 3. A consumer's cursor moves in the transaction that holds the effect. Delivery is at least once, the effect is exactly once.
//! 4. The events of one aggregate are applied in the order of their sequence.
//! 5. A wake-up may be lost, an event never: the relay reads what is pending, whatever woke it.
//! 6. An event that cannot be applied holds up its aggregate, and nothing else.

mod checkpoint;
mod clock;
mod database;
mod error;
mod event;
mod ids;
mod migrations;
mod observer;
mod relay;
mod store;
mod tail;
mod version;

pub use clock::{Clock, ManualClock, SharedClock, SystemClock};
pub use database::{Database, DatabaseOptions, Transaction};
pub use error::{ApplyError, DatabaseError, OpenError, RelayError};
pub use event::Event;
pub use futures::future::BoxFuture;
pub use ids::IdSource;
pub use observer::{Observer, Step};
pub use relay::{Backoff, Handler, ParkedEvent, Relay, RelayOptions, RelayStatus, parked, replay, status};
pub use tail::Tail;
pub use version::{VersionCheck, next_version};
