//! Aggregates whose next event could not be applied, and their waiting events.

use std::collections::HashSet;

use crate::sql::{Connection, Pool};
use crate::{DatabaseError, Event};

/// The result of a failed attempt.
pub(crate) struct Attempt<'a> {
    pub(crate) attempts: i64,
    pub(crate) next_attempt_at_ms: i64,
    pub(crate) is_dead_letter: bool,
    pub(crate) error: &'a str,
}

/// The aggregates of a source in the retry queue, dead letters included.
pub(crate) async fn aggregates(
    connection: &mut Connection,
    source: &str,
) -> Result<HashSet<String>, DatabaseError> {
    let aggregates = crate::query_scalar!("SELECT aggregate_id FROM retry_queue WHERE source = $1", source)
        .fetch_all(connection)
        .await?;
    Ok(aggregates.into_iter().collect())
}

/// Queues an aggregate after its first failed attempt.
pub(crate) async fn insert_aggregate(
    connection: &mut Connection,
    source: &str,
    aggregate_id: &str,
    attempt: &Attempt<'_>,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "
        INSERT INTO retry_queue (source, aggregate_id, attempts, next_attempt_at, is_dead_letter, last_error, queued_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ",
        source,
        aggregate_id,
        attempt.attempts,
        attempt.next_attempt_at_ms,
        attempt.is_dead_letter,
        attempt.error,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Queues an event after the others of its aggregate.
pub(crate) async fn insert_event(
    connection: &mut Connection,
    source: &str,
    event: &Event,
) -> Result<(), DatabaseError> {
    crate::query!(
        "
        INSERT INTO retry_queue_events
            (source, aggregate_id, sequence, id, subject, aggregate_version, occurred_at, payload)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ",
        source,
        event.aggregate_id,
        event.sequence,
        event.id,
        event.subject,
        event.aggregate_version,
        event.occurred_at_ms,
        event.payload,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// At most `limit` aggregates of a source that are due, the longest overdue first. A time later than `horizon_ms` was
/// written by a clock that was wrong, and counts as now.
pub(crate) async fn due(
    reader: &Pool,
    source: &str,
    now_ms: i64,
    horizon_ms: i64,
    limit: i64,
) -> Result<Vec<String>, DatabaseError> {
    let due = crate::query_scalar!(
        "
        SELECT aggregate_id
        FROM retry_queue
        WHERE source = $1 AND is_dead_letter = false AND (next_attempt_at <= $2 OR next_attempt_at > $3)
        ORDER BY next_attempt_at, aggregate_id
        LIMIT $4
        ",
        source,
        now_ms,
        horizon_ms,
        limit,
    )
    .fetch_all(reader)
    .await?;
    Ok(due)
}

/// The event of an aggregate that must be applied next; none of a dead-lettered aggregate.
pub(crate) async fn first_waiting(
    connection: &mut Connection,
    source: &str,
    aggregate_id: &str,
) -> Result<Option<Event>, DatabaseError> {
    let event = crate::query_as!(
        Event,
        "
        SELECT sequence, id, subject, aggregate_id, aggregate_version, occurred_at AS occurred_at_ms, payload
        FROM retry_queue_events
        JOIN retry_queue USING (source, aggregate_id)
        WHERE source = $1 AND aggregate_id = $2 AND is_dead_letter = false
        ORDER BY sequence
        LIMIT 1
        ",
        source,
        aggregate_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(event)
}

/// How often the first waiting event of an aggregate was tried.
pub(crate) async fn attempts(
    connection: &mut Connection,
    source: &str,
    aggregate_id: &str,
) -> Result<i64, DatabaseError> {
    let attempts = crate::query_scalar!(
        "SELECT attempts FROM retry_queue WHERE source = $1 AND aggregate_id = $2",
        source,
        aggregate_id,
    )
    .fetch_one(connection)
    .await?;
    Ok(attempts)
}

/// Removes an applied event from the waiting ones.
pub(crate) async fn remove(
    connection: &mut Connection,
    source: &str,
    event: &Event,
) -> Result<(), DatabaseError> {
    crate::query!(
        "DELETE FROM retry_queue_events WHERE source = $1 AND aggregate_id = $2 AND sequence = $3",
        source,
        event.aggregate_id,
        event.sequence,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Unblocks an aggregate if none of its events waits any more. Returns whether it did.
pub(crate) async fn release_if_empty(
    connection: &mut Connection,
    source: &str,
    aggregate_id: &str,
) -> Result<bool, DatabaseError> {
    let released = crate::query!(
        "
        DELETE FROM retry_queue
        WHERE source = $1 AND aggregate_id = $2
            AND NOT EXISTS (SELECT 1 FROM retry_queue_events WHERE source = $1 AND aggregate_id = $2)
        ",
        source,
        aggregate_id,
    )
    .execute(connection)
    .await?;
    Ok(released == 1)
}

/// Saves the state of the attempts at an aggregate's first waiting event.
pub(crate) async fn record(
    connection: &mut Connection,
    source: &str,
    aggregate_id: &str,
    attempt: &Attempt<'_>,
) -> Result<(), DatabaseError> {
    crate::query!(
        "
        UPDATE retry_queue
        SET attempts = $1, next_attempt_at = $2, is_dead_letter = $3, last_error = $4
        WHERE source = $5 AND aggregate_id = $6
        ",
        attempt.attempts,
        attempt.next_attempt_at_ms,
        attempt.is_dead_letter,
        attempt.error,
        source,
        aggregate_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// When the oldest waiting event of a source occurred, dead letters included.
pub(crate) async fn oldest(reader: &Pool, source: &str) -> Result<Option<i64>, DatabaseError> {
    let occurred_at = crate::query_scalar!(
        r#"SELECT min(occurred_at) AS "occurred_at: i64" FROM retry_queue_events WHERE source = $1"#,
        source
    )
    .fetch_one(reader)
    .await?;
    Ok(occurred_at)
}
