//! The events of this database.

use std::borrow::Cow;

use serde::Serialize;

use crate::sql::{Connection, Executor, Pool};
use crate::{DatabaseError, Event};

/// An event that has no sequence yet.
#[derive(Serialize)]
pub(crate) struct EventRow<'e> {
    pub(crate) id: String,
    pub(crate) subject: &'e str,
    pub(crate) aggregate_id: &'e str,
    pub(crate) aggregate_version: i64,
    pub(crate) occurred_at_ms: i64,
    pub(crate) payload: Cow<'e, str>,
}

impl EventRow<'_> {
    /// The event, once it is in the log.
    pub(crate) fn at(self, sequence: i64) -> Event {
        Event {
            sequence,
            id: self.id,
            subject: self.subject.to_owned(),
            aggregate_id: self.aggregate_id.to_owned(),
            aggregate_version: self.aggregate_version,
            occurred_at_ms: self.occurred_at_ms,
            payload: self.payload.into_owned(),
        }
    }
}

/// Appends an event and returns its sequence.
pub(crate) async fn insert(connection: &mut Connection, event: &EventRow<'_>) -> Result<i64, DatabaseError> {
    let sequence = crate::query_scalar!(
        r#"
        INSERT INTO events (sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload)
        VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM events), $1, $2, $3, $4, $5, $6)
        RETURNING sequence AS "sequence!"
        "#,
        event.id,
        event.subject,
        event.aggregate_id,
        event.aggregate_version,
        event.occurred_at_ms,
        &*event.payload,
    )
    .fetch_one(connection)
    .await?;
    Ok(sequence)
}

/// Appends events in their order and returns the sequence of the first one. There is at least one.
pub(crate) async fn insert_all(
    connection: &mut Connection,
    events: &[EventRow<'_>],
) -> Result<i64, DatabaseError> {
    let others = i64::try_from(events.len()).unwrap_or(i64::MAX) - 1;
    let events = serde_json::to_string(events)?;
    crate::query!(
        "
        INSERT INTO events (sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload)
        SELECT (SELECT coalesce(max(sequence), 0) FROM events) + 1 + CAST(r.key AS BIGINT), r.value->>'id', r.value->>'subject',
            r.value->>'aggregate_id', CAST(r.value->>'aggregate_version' AS BIGINT),
            CAST(r.value->>'occurred_at_ms' AS BIGINT), r.value->>'payload'
        FROM jsonb_each($1) AS r
        ORDER BY r.key
        ",
        events,
    )
    .execute(&mut *connection)
    .await?;
    // In which order RETURNING hands out rows is not said anywhere.
    Ok(newest_sequence(connection).await? - others)
}

/// The sequence of the newest event, 0 if there is none.
pub(crate) async fn newest_sequence<'c>(executor: impl Into<Executor<'c>>) -> Result<i64, DatabaseError> {
    let newest = crate::query_scalar!(r#"SELECT coalesce(max(sequence), 0) AS "newest!: i64" FROM events"#)
        .fetch_one(executor)
        .await?;
    Ok(newest)
}

/// At most `limit` events after a sequence, in order.
pub(crate) async fn after(
    reader: impl Into<Executor<'_>>,
    sequence: i64,
    limit: usize,
) -> Result<Vec<Event>, DatabaseError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let events = crate::query_as!(
        Event,
        r#"
        SELECT sequence AS "sequence!", id, subject, aggregate_id, aggregate_version, occurred_at AS occurred_at_ms, payload
        FROM events
        WHERE sequence > $1
        ORDER BY sequence
        LIMIT $2
        "#,
        sequence,
        limit,
    )
    .fetch_all(reader)
    .await?;
    Ok(events)
}

/// When the first event after a sequence occurred.
pub(crate) async fn first_after(reader: &Pool, sequence: i64) -> Result<Option<i64>, DatabaseError> {
    let occurred_at = crate::query_scalar!(
        "SELECT occurred_at FROM events WHERE sequence > $1 ORDER BY sequence LIMIT 1",
        sequence
    )
    .fetch_optional(reader)
    .await?;
    Ok(occurred_at)
}

/// The id of the event at a sequence.
pub(crate) async fn id_at(reader: &Pool, sequence: i64) -> Result<Option<String>, DatabaseError> {
    let id = crate::query_scalar!("SELECT id FROM events WHERE sequence = $1", sequence)
        .fetch_optional(reader)
        .await?;
    Ok(id)
}

/// The events of a subject since an instant, in order.
pub(crate) async fn of_subject_since(
    reader: &Pool,
    subject: &str,
    since_ms: i64,
) -> Result<Vec<Event>, DatabaseError> {
    let events = crate::query_as!(
        Event,
        r#"
        SELECT sequence AS "sequence!", id, subject, aggregate_id, aggregate_version, occurred_at AS occurred_at_ms, payload
        FROM events
        WHERE subject = $1 AND occurred_at >= $2
        ORDER BY sequence
        "#,
        subject,
        since_ms,
    )
    .fetch_all(reader)
    .await?;
    Ok(events)
}

/// The event that made a version of an aggregate.
pub(crate) async fn of_version(
    connection: &mut Connection,
    aggregate_id: &str,
    aggregate_version: i64,
) -> Result<Option<Event>, DatabaseError> {
    let event = crate::query_as!(
        Event,
        r#"
        SELECT sequence AS "sequence!", id, subject, aggregate_id, aggregate_version, occurred_at AS occurred_at_ms, payload
        FROM events
        WHERE aggregate_id = $1 AND aggregate_version = $2
        "#,
        aggregate_id,
        aggregate_version,
    )
    .fetch_optional(connection)
    .await?;
    Ok(event)
}

/// The events of an aggregate, in order.
pub(crate) async fn of_aggregate(reader: &Pool, aggregate_id: &str) -> Result<Vec<Event>, DatabaseError> {
    let events = crate::query_as!(
        Event,
        r#"
        SELECT sequence AS "sequence!", id, subject, aggregate_id, aggregate_version, occurred_at AS occurred_at_ms, payload
        FROM events
        WHERE aggregate_id = $1
        ORDER BY aggregate_version
        "#,
        aggregate_id,
    )
    .fetch_all(reader)
    .await?;
    Ok(events)
}
