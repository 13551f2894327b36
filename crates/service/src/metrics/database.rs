//! The metrics of a database.

use event_log::{Database, DatabaseMetrics};
use prometheus_client::registry::Registry;

use super::{Labelled, Labels, Reading, number};

fn labels(database: &Database) -> Labels {
    vec![("database", database.name().into())]
}

pub(super) fn register(databases: &[Database], registry: &mut Registry) {
    registry.register(
        "database_write_wait_seconds",
        "How long writes waited for the writer of a database",
        each(databases, |metrics| metrics.write_wait.clone()),
    );
    registry.register(
        "database_write_seconds",
        "How long writes kept the writer of a database, commit or rollback included",
        each(databases, |metrics| metrics.write.clone()),
    );
    registry.register(
        "database_batch_requests",
        "Requests per batch (one transaction)",
        each(databases, |metrics| metrics.batch.clone()),
    );
    registry.register(
        "database_failed_writes",
        "Writes that could not begin or commit because the database was busy for too long, or the disk was full or failing",
        each(databases, |metrics| metrics.failed_writes.clone()),
    );
}

fn each<M>(databases: &[Database], metric: impl Fn(&DatabaseMetrics) -> M) -> Labelled<M> {
    let of_database = |database: &Database| (labels(database), metric(database.metrics()));
    databases.iter().map(of_database).collect()
}

/// What needs no query.
pub(super) fn readings(database: &Database) -> Vec<Reading> {
    let name = database.name();
    let published = database.metrics().published.counts().into_iter();
    let published = published.map(|(subject, count)| {
        let help = "Events that were committed to the log of a database, by subject";
        let reading = Reading::counter("events_published", help, number(count));
        reading.with("database", name).with("subject", subject)
    });
    let pools = database.pools().into_iter().flat_map(|usage| {
        let of_pool = |reading: Reading| reading.with("database", name).with("pool", usage.pool);
        [
            of_pool(Reading::gauge(
                "database_connections_in_use",
                "Connections of a pool that are in use",
                number(usage.in_use),
            )),
            of_pool(Reading::gauge(
                "database_connections_limit",
                "Connections that a pool can have. While all of them are in use, the next request for one waits",
                number(usage.limit),
            )),
        ]
    });
    let wal = Reading::gauge(
        "database_wal_bytes",
        "Size of the write-ahead log of a database",
        number(database.wal_bytes()),
    );
    published
        .chain(pools)
        .chain([wal.with("database", name)])
        .collect()
}
