//! What does not flow: counted, shown, and let go again.

use sqlx::{SqliteConnection, SqlitePool};

use crate::{DatabaseError, Event, ParkedEvent};

/// Aggregates of one source.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) retrying: i64,
    pub(crate) parked: i64,
}

/// Makes parked aggregates due again, all of the source or one. Gives how many.
pub(crate) async fn release(
    connection: &mut SqliteConnection,
    source: &str,
    aggregate_id: Option<&str>,
    now_ms: i64,
) -> Result<u64, DatabaseError> {
    let unparked = sqlx::query!(
        "
        UPDATE aside_aggregates
        SET parked = 0, attempts = 0, next_attempt_at = ?3
        WHERE source = ?1 AND aggregate_id = coalesce(?2, aggregate_id) AND parked = 1
        ",
        source,
        aggregate_id,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(unparked.rows_affected())
}

/// How many aggregates of a source are set aside.
pub(crate) async fn counts(reader: &SqlitePool, source: &str) -> Result<Counts, DatabaseError> {
    let counts = sqlx::query_as!(
        Counts,
        r#"
        SELECT count(*) FILTER (WHERE parked = 0) AS "retrying!: i64", count(*) FILTER (WHERE parked = 1) AS "parked!: i64"
        FROM aside_aggregates
        WHERE source = ?
        "#,
        source,
    )
    .fetch_one(reader)
    .await?;
    Ok(counts)
}

/// The waiting events of all parked aggregates, by source and aggregate, in order.
pub(crate) async fn all(reader: &SqlitePool) -> Result<Vec<ParkedEvent>, DatabaseError> {
    let rows = sqlx::query!(
        "
        SELECT source, sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload,
            attempts, last_error, set_aside_at
        FROM aside_events
        JOIN aside_aggregates USING (source, aggregate_id)
        WHERE parked = 1
        ORDER BY source, aggregate_id, sequence
        "
    )
    .fetch_all(reader)
    .await?;
    let parked = rows.into_iter().map(|row| ParkedEvent {
        source: row.source,
        event: Event {
            sequence: row.sequence,
            id: row.id,
            subject: row.subject,
            aggregate_id: row.aggregate_id,
            aggregate_version: row.aggregate_version,
            occurred_at_ms: row.occurred_at,
            payload: row.payload,
        },
        attempts: row.attempts,
        error: row.last_error,
        set_aside_at_ms: row.set_aside_at,
    });
    Ok(parked.collect())
}
