//! A database whose writes carry events, and a relay that delivers them to other databases exactly once.
//!
//! # Contents
//! - [`Database`]: one SQLite file or one schema of PostgreSQL, one writer at a time, many readers. [`Database::write`] is the only way
//!   to change it.
//! - [`sql`]: statements with one text for both.
//! - [`WorkingSet`]: the rows that a batch works on.
//! - [`BatchQueue`]: the requests of many callers in one transaction.
//! - [`Transaction::append`]: an event, committed together with the change that it describes.
//! - [`Transaction::store_reply`]: the reply to a request that may be retried, committed together with its effect.
//! - [`Transaction::record_seen_versions`]: which versions of other services' aggregates a consumer has applied.
//! - [`Relay`]: delivers the events of one database to a [`Handler`] that writes into another.
//! - [`EventSource`]: the events of a database, for others than its owner: nothing can be written through it.
//! - [`Arrivals`]: waits for rows that a relay is about to bring.
//! - [`Tail`]: follows the events of a source for something kept in memory.
//! - [`backup()`]: copies of several databases at the same point in time.
//! - [`DatabaseMetrics`], [`RelayMetrics`], [`CommitCounters`]: what is measured of them, and of what was committed.
//! - [`Supervisor`]: restarts long-lived tasks that end.
//! - [`Clock`] and [`IdSource`]: time and randomness are injected.
//!
//! The meaning of events does *not* belong here. Payloads are JSON, and subjects are words.
//!
//! # Invariants
//! 1. An event is visible exactly when the change that it describes is: both are in one transaction.
//! 2. Sequences are gapless and in commit order, and an event is never changed or removed.
//! 3. A consumer's cursor advances in the transaction that holds the effect. Delivery is at least once, the effect is exactly once.
//! 4. The events of one aggregate are applied in the order of their sequence.
//! 5. A wake-up may be lost, an event never: the relay reads what is pending, whatever woke it.
//! 6. An event that cannot be applied waits in the retry queue and, after too many attempts or if it cannot be decoded, becomes a
//!    dead letter: it blocks its aggregate, and nothing else.
//! 7. The write-ahead log does not grow without bound, however reads overlap.
//! 8. Nothing is delivered from a source that does not have the events that the cursor has passed.
//! 9. A reply is stored if and only if its effect was committed, and a key that has one lets no second effect through.
//!
//! # Example
//! ```
//! # use std::sync::LazyLock;
//! # use event_log::{Database, DatabaseError, DatabaseOptions, IdSource, SystemClock};
//! # use sqlx::SqlSafeStr;
//! # use event_log::sql::unchecked;
//! # use sqlx::migrate::{Migration, MigrationType, Migrator};
//! # static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
//! #     let schema = "CREATE TABLE lamps (id TEXT PRIMARY KEY) STRICT".into_sql_str();
//! #     Migrator::with_migrations(vec![Migration::new(1, "lamps".into(), MigrationType::Simple, schema, false)])
//! # });
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let clock = SystemClock::shared();
//! let ids = IdSource::system(clock.clone());
//! let options = DatabaseOptions { location: folder.path().join("lamps.sqlite").into(), name: "lamps", readers: 2 };
//! let lamps = Database::open(options, &*MIGRATIONS, clock, ids).await?;
//!
//! // The lamp and the event that describes it, or neither.
//! let sequence: Result<i64, DatabaseError> = lamps
//!     .write(|tx| {
//!         Box::pin(async move {
//!             unchecked("INSERT INTO lamps (id) VALUES ('desk')").execute(tx.connection()).await?;
//!             tx.append("lamp:lit", "desk", 0, &serde_json::json!({ "id": "desk" })).await
//!         })
//!     })
//!     .await;
//! assert_eq!(sequence?, 1);
//!
//! let events = lamps.events().tail(0).next_batch().await?;
//! assert_eq!(events[0].subject, "lamp:lit");
//! lamps.close().await;
//! # Ok(())
//! # }
//! ```
//! `examples/two_databases.rs` continues from here to a [`Relay`] and a [`Handler`].

mod arrivals;
mod backup;
mod batch;
mod checkpoint;
mod clock;
mod database;
mod error;
mod event;
mod ids;
mod metrics;
mod migrations;
mod observer;
mod panic_message;
mod relay;
mod replies;
mod result_code;
mod seen_versions;
mod source;
pub mod sql;
mod sqlstate;
mod store;
mod supervisor;
mod tail;
mod version;
mod working_set;

pub use arrivals::Arrivals;
pub use backup::{BackupError, BackupFile, backup};
pub use batch::{BATCH_LIMIT, BatchOperation, BatchQueue, BatchResults, QUEUE_LIMIT};
pub use clock::{Clock, ManualClock, SharedClock, SystemClock};
pub use database::{
    CommitOutcome, Database, DatabaseOptions, Location, PoolUsage, PostgresLocation, Transaction,
    WAL_HARD_LIMIT, WAL_SOFT_LIMIT,
};
pub use error::{ApplyError, DatabaseError, OpenError, RelayError};
pub use event::{Event, NewEvent};
pub use futures::future::BoxFuture;
pub use ids::IdSource;
pub use metrics::{CommitCounters, DatabaseMetrics, PublishedEvents, RelayMetrics};
pub use migrations::Migrations;
pub use observer::{Observer, Step};
pub use relay::{
    Backoff, DeadLetter, Divergence, Handler, Relay, RelayOptions, RelayStatus, Undelivered, dead_letters,
    replay, status, undelivered,
};
pub use replies::{REPLY_RETENTION, StoredReply};
pub use result_code::{is_damage, is_write_refused};
pub use source::EventSource;
pub use supervisor::{Supervisor, SupervisorOptions, TaskFailed, TaskStatus};
pub use tail::Tail;
pub use version::{VersionCheck, next_version};
pub use working_set::WorkingSet;
