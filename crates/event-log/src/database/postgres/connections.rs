//! How connections to PostgreSQL are set up.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool};

use super::super::location::PostgresLocation;

/// How long a write waits for its turn, or a connection.
const WRITER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a read waits for a connection.
const READER_TIMEOUT: Duration = Duration::from_secs(10);

/// Statements kept prepared per connection; more than one service has.
const STATEMENTS: usize = 256;

/// Connections that were unused for this long are tested before they are used: the server, or a firewall on the way, may have ended
/// them.
const TESTED_AFTER: Duration = Duration::from_secs(5);

/// Surplus connections are closed after this time.
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);

/// How long the server waits for the write lock on behalf of a write.
const LOCK_TIMEOUT: &str = "30s";

/// How long a transaction of ours may be open without a statement: a process that hangs keeps all others waiting.
const IDLE_IN_TRANSACTION: &str = "30s";

/// How long a read for a request may take.
const READ_LIMIT: &str = "5s";

/// For how long a connection may be silent before the server asks whether the other end is there, how often, and how many answers may
/// be missing. A process whose host is gone must not keep its locks: others take over within half a minute.
const KEEPALIVE: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
];

/// The connection that tells this process about the others.
pub(super) fn following(location: &PostgresLocation) -> PgPool {
    pool(1, READER_TIMEOUT).connect_lazy_with(options(location))
}

/// The single writing connection. Callers queue for it in order.
pub(super) fn writer(location: &PostgresLocation) -> PgPool {
    let options = options(location).options([
        ("lock_timeout", LOCK_TIMEOUT),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION),
    ]);
    pool(1, WRITER_TIMEOUT).connect_lazy_with(options)
}

/// Connections that cannot write, whatever statement they are given, for reads on behalf of requests.
pub(super) fn readers(location: &PostgresLocation, connections: u32) -> PgPool {
    let options = reading(location).options([("statement_timeout", READ_LIMIT)]);
    pool(connections.max(1), READER_TIMEOUT).connect_lazy_with(options)
}

/// Connections that cannot write, for short reads that are not a request's.
pub(super) fn background_readers(location: &PostgresLocation, connections: u32) -> PgPool {
    pool(connections, READER_TIMEOUT).connect_lazy_with(reading(location))
}

/// A connection for migrations, which may take long.
pub(super) fn migrating(location: &PostgresLocation) -> PgConnectOptions {
    options(location)
}

fn reading(location: &PostgresLocation) -> PgConnectOptions {
    options(location).options([("default_transaction_read_only", "on")])
}

fn options(location: &PostgresLocation) -> PgConnectOptions {
    PgConnectOptions::clone(&location.options)
        .statement_cache_capacity(STATEMENTS)
        .options([("search_path", location.schema.as_str())])
        .options(KEEPALIVE)
}

fn pool(connections: u32, acquire_timeout: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .idle_timeout(IDLE_TIMEOUT)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, unused| {
            Box::pin(async move {
                if unused.idle_for >= TESTED_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}
