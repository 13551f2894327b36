//! Blocked aggregates: counted, listed, and made due again.

use crate::sql::{Connection, Pool};
use crate::{DatabaseError, DeadLetter, Event};

/// Aggregates of one source.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) retrying: i64,
    pub(crate) dead_lettered: i64,
}

/// A waiting event of a dead-lettered aggregate.
struct DeadLetterRow {
    source: String,
    sequence: i64,
    id: String,
    subject: String,
    aggregate_id: String,
    aggregate_version: i64,
    occurred_at: i64,
    payload: String,
    attempts: i64,
    last_error: String,
    queued_at: i64,
}

/// Makes dead-lettered aggregates due again, all of the source or one. Returns how many.
pub(crate) async fn release(
    connection: &mut Connection,
    source: &str,
    aggregate_id: Option<&str>,
    now_ms: i64,
) -> Result<u64, DatabaseError> {
    let released = crate::query!(
        "
        UPDATE retry_queue
        SET is_dead_letter = false, attempts = 0, next_attempt_at = $3
        WHERE source = $1 AND aggregate_id = coalesce($2, aggregate_id) AND is_dead_letter = true
        ",
        source,
        aggregate_id,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(released)
}

/// How many aggregates of a source are in the retry queue.
pub(crate) async fn counts(reader: &Pool, source: &str) -> Result<Counts, DatabaseError> {
    let counts = crate::query_as!(
        Counts,
        r#"
        SELECT count(*) FILTER (WHERE is_dead_letter = false) AS "retrying!: i64",
            count(*) FILTER (WHERE is_dead_letter = true) AS "dead_lettered!: i64"
        FROM retry_queue
        WHERE source = $1
        "#,
        source,
    )
    .fetch_one(reader)
    .await?;
    Ok(counts)
}

/// The waiting events of all dead-lettered aggregates, by source and aggregate, in order.
pub(crate) async fn all(reader: &Pool) -> Result<Vec<DeadLetter>, DatabaseError> {
    let rows = crate::query_as!(
        DeadLetterRow,
        "
        SELECT source, sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload,
            attempts, last_error, queued_at
        FROM retry_queue_events
        JOIN retry_queue USING (source, aggregate_id)
        WHERE is_dead_letter = true
        ORDER BY source, aggregate_id, sequence
        "
    )
    .fetch_all(reader)
    .await?;
    let letters = rows.into_iter().map(|row| DeadLetter {
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
        queued_at_ms: row.queued_at,
    });
    Ok(letters.collect())
}
