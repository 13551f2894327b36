//! Whether the files of a data folder are of one moment: no service has consumed an event that its source does not have.

use event_log::Divergence;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Finding;
use crate::databases;

/// A source and a consumer, by the schemas under which they are attached and by the names of their databases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) source_schema: &'static str,
    pub(super) source: &'static str,
    pub(super) consumer: &'static str,
}

/// Compares a cursor with its source.
pub(super) async fn finding(connection: &mut SqliteConnection, pair: Pair) -> Result<Finding, sqlx::Error> {
    let Pair {
        source_schema,
        source,
        consumer,
    } = pair;
    // The cursor first, in a read of its own: read together, that of a running server could be ahead of what is seen of the source.
    let id = id_column(connection, consumer).await?;
    let cursor = format!("SELECT position, {id} FROM {consumer}.cursors WHERE source = ?");
    let cursor: Option<(i64, Option<String>)> = sqlx::query_as(AssertSqlSafe(cursor))
        .bind(source)
        .fetch_optional(&mut *connection)
        .await?;
    let (position, last_event_id) = cursor.unwrap_or_default();
    let log = format!(
        "SELECT coalesce(max(sequence), 0), (SELECT id FROM {source_schema}.events WHERE sequence = ?)
         FROM {source_schema}.events"
    );
    let (head, found): (i64, Option<String>) = sqlx::query_as(AssertSqlSafe(log))
        .bind(position)
        .fetch_one(connection)
        .await?;
    let is_same = found.is_some_and(|found| last_event_id.is_none_or(|last| last == found));
    let divergence = (position > 0 && !is_same).then_some(Divergence {
        source_name: source,
        consumer_name: consumer,
        position,
        head,
    });
    Ok(Finding {
        name: format!("Every event of {source} that {consumer} consumed exists"),
        violations: divergence.iter().map(databases::divergence_of_files).collect(),
    })
}

/// How many events of a source a consumer has not dealt with, those in its retry queue included.
pub(super) async fn undelivered(connection: &mut SqliteConnection, pair: Pair) -> Result<i64, sqlx::Error> {
    let Pair {
        source_schema,
        source,
        consumer,
    } = pair;
    let sql = format!(
        "SELECT (SELECT count(*) FROM {source_schema}.events
                 WHERE sequence > coalesce((SELECT position FROM {consumer}.cursors WHERE source = $1), 0))
             + (SELECT count(*) FROM {consumer}.aside_events WHERE source = $1)"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(source)
        .fetch_one(connection)
        .await
}

/// Cursors of an earlier version know no event.
async fn id_column(connection: &mut SqliteConnection, consumer: &str) -> Result<&'static str, sqlx::Error> {
    let columns = format!(
        "SELECT count(*) FROM pragma_table_info('cursors', '{consumer}') WHERE name = 'last_event_id'"
    );
    let has_id: i64 = sqlx::query_scalar(AssertSqlSafe(columns))
        .fetch_one(connection)
        .await?;
    Ok(if has_id > 0 { "last_event_id" } else { "NULL" })
}
