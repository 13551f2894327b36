//! Which versions of a source's aggregates this database has acted upon.

use sqlx::SqliteConnection;

use crate::DatabaseError;

/// Records that a version was seen. Returns false if it, or a newer one, was seen before.
pub(crate) async fn record(
    connection: &mut SqliteConnection,
    source: &str,
    aggregate_id: &str,
    version: i64,
) -> Result<bool, DatabaseError> {
    let recorded = sqlx::query!(
        "
        INSERT INTO seen_versions (source, aggregate_id, version) VALUES ($1, $2, $3)
        ON CONFLICT (source, aggregate_id) DO UPDATE SET version = excluded.version
        WHERE excluded.version > seen_versions.version
        ",
        source,
        aggregate_id,
        version,
    )
    .execute(connection)
    .await?;
    Ok(recorded.rows_affected() == 1)
}
