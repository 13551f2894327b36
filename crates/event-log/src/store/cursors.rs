//! How far this database has followed each source.

use crate::sql::{Connection, Pool};
use crate::{DatabaseError, Event};

/// A consumer's position in a source's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The sequence of the last event that was handled, 0 if there is none.
    pub(crate) position: i64,
    /// That event's id. `None` at position 0, and in a cursor of an earlier version.
    pub(crate) last_event_id: Option<String>,
}

impl Cursor {
    /// Whether the event with this id can be the one at the cursor.
    pub(crate) fn is_at(&self, id: &str) -> bool {
        self.last_event_id.as_deref().is_none_or(|last| last == id)
    }
}

/// This database's cursor over `source`.
pub(crate) async fn load(reader: &Pool, source: &str) -> Result<Cursor, DatabaseError> {
    let cursor = crate::query_as!(
        Cursor,
        "SELECT position, last_event_id FROM cursors WHERE source = $1",
        source
    )
    .fetch_optional(reader)
    .await?;
    Ok(cursor.unwrap_or_default())
}

/// Advances the cursor from a position to a later event. Returns false if it was not at `from`: another relay was here.
pub(crate) async fn advance(
    connection: &mut Connection,
    source: &str,
    from: i64,
    to: &Event,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let moved = crate::query!(
        "
        INSERT INTO cursors (source, position, last_event_id, moved_at) VALUES ($1, $3, $4, $5)
        ON CONFLICT (source) DO UPDATE SET position = excluded.position, last_event_id = excluded.last_event_id,
            moved_at = excluded.moved_at
        WHERE cursors.position = $2
        ",
        source,
        from,
        to.sequence,
        to.id,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(moved == 1)
}

/// Completes a cursor of an older version with the id of its event.
pub(crate) async fn backfill_event_id(
    connection: &mut Connection,
    source: &str,
    at: &Event,
) -> Result<(), DatabaseError> {
    crate::query!(
        "UPDATE cursors SET last_event_id = $3 WHERE source = $1 AND position = $2 AND last_event_id IS NULL",
        source,
        at.sequence,
        at.id,
    )
    .execute(connection)
    .await?;
    Ok(())
}
