//! Whether the databases are from the same point in time: no service has consumed an event that its source lacks.

use event_log::Divergence;
use event_log::sql::{unchecked, unchecked_scalar};
use service::RelayEndpoints;
use sqlx::AssertSqlSafe;

use super::connection::Connection;

/// The invariant of a pair.
pub(super) fn name(endpoints: RelayEndpoints) -> String {
    let (source, consumer) = (endpoints.source.name, endpoints.consumer.name);
    format!("Every event of {source} that {consumer} consumed exists")
}

/// Compares a cursor with its source, and returns the violations.
pub(super) async fn violations(
    connection: &mut Connection,
    endpoints: RelayEndpoints,
) -> Result<Vec<String>, sqlx::Error> {
    let (source, consumer) = (endpoints.source.name, endpoints.consumer.name);
    let (source_schema, schema) = (endpoints.source.schema(), endpoints.consumer.schema());
    // The cursor first, in a separate read: read together, that of a running server could be ahead of the visible part of the source.
    let id = id_column(connection, &schema).await?;
    let cursor = format!("SELECT position, {id} FROM {schema}.cursors WHERE source = $1");
    let cursor: Option<(i64, Option<String>)> = unchecked(AssertSqlSafe(cursor))
        .bind(source)
        .fetch_optional(connection.on())
        .await?;
    let (position, last_event_id) = cursor.unwrap_or_default();
    let log = format!(
        "SELECT coalesce(max(sequence), 0), (SELECT id FROM {source_schema}.events WHERE sequence = $1)
         FROM {source_schema}.events"
    );
    let (head, found): (i64, Option<String>) = unchecked(AssertSqlSafe(log))
        .bind(position)
        .fetch_one(connection.on())
        .await?;
    let is_same = found.is_some_and(|found| last_event_id.is_none_or(|last| last == found));
    let divergence = (position > 0 && !is_same).then_some(Divergence {
        source_name: source,
        consumer_name: consumer,
        position,
        head,
    });
    Ok(divergence.iter().map(service::divergence_text).collect())
}

/// How many events of a source a consumer has not handled, including those in its retry queue.
pub(super) async fn undelivered(
    connection: &mut Connection,
    endpoints: RelayEndpoints,
) -> Result<i64, sqlx::Error> {
    let (source_schema, schema) = (endpoints.source.schema(), endpoints.consumer.schema());
    let queue = retry_queue(connection, &schema).await?;
    let sql = format!(
        "SELECT (SELECT count(*) FROM {source_schema}.events
                 WHERE sequence > coalesce((SELECT position FROM {schema}.cursors WHERE source = $1), 0))
             + (SELECT count(*) FROM {schema}.{queue} WHERE source = $1)"
    );
    unchecked_scalar(AssertSqlSafe(sql))
        .bind(endpoints.source.name)
        .fetch_one(connection.on())
        .await
}

/// The table of the waiting events, which an older version had under another name.
async fn retry_queue(connection: &mut Connection, schema: &str) -> Result<&'static str, sqlx::Error> {
    const TABLE: &str = "retry_queue_events";
    let is_present = connection.has_table(schema, TABLE).await?;
    Ok(if is_present { TABLE } else { "aside_events" })
}

/// Cursors of an older version have no event id.
async fn id_column(connection: &mut Connection, schema: &str) -> Result<&'static str, sqlx::Error> {
    const COLUMN: &str = "last_event_id";
    let has_id = connection.has_column(schema, "cursors", COLUMN).await?;
    Ok(if has_id { COLUMN } else { "NULL" })
}
