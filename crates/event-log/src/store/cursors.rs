//! How far this database has followed each source.

use sqlx::{SqliteConnection, SqlitePool};

use crate::DatabaseError;

/// The sequence of the last event of `source` that this database has dealt with, 0 if there is none.
pub(crate) async fn position(reader: &SqlitePool, source: &str) -> Result<i64, DatabaseError> {
    let position = sqlx::query_scalar!("SELECT position FROM cursors WHERE source = ?", source)
        .fetch_optional(reader)
        .await?;
    Ok(position.unwrap_or(0))
}

/// Moves the cursor from one position to a later one. Gives false if it was not at `from`: another relay was here.
pub(crate) async fn move_on(
    connection: &mut SqliteConnection,
    source: &str,
    from: i64,
    to: i64,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let moved = sqlx::query!(
        "
        INSERT INTO cursors (source, position, moved_at) VALUES (?1, ?3, ?4)
        ON CONFLICT (source) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at
        WHERE position = ?2
        ",
        source,
        from,
        to,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}
