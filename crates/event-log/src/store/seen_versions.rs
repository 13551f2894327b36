//! Which versions of a source's aggregates this database has acted upon.

use std::collections::HashMap;

use crate::DatabaseError;
use crate::sql::Connection;

/// A row of the table, without its source.
struct SeenVersion {
    aggregate_id: String,
    version: i64,
}

/// The newest version that was seen of each of these aggregates, if one was.
pub(crate) async fn find_all(
    connection: &mut Connection,
    source: &str,
    aggregate_ids: &[&str],
) -> Result<HashMap<String, i64>, DatabaseError> {
    let aggregate_ids = serde_json::to_string(aggregate_ids)?;
    let rows = crate::query_as!(
        SeenVersion,
        "SELECT aggregate_id, version FROM seen_versions
         WHERE source = $1 AND aggregate_id IN (SELECT r.value FROM json_each($2) AS r)",
        source,
        aggregate_ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.aggregate_id, row.version))
        .collect())
}

/// Records the newest version that was seen of each of these aggregates.
pub(crate) async fn save_all(
    connection: &mut Connection,
    source: &str,
    versions: &HashMap<String, i64>,
) -> Result<(), DatabaseError> {
    let versions = serde_json::to_string(&versions.iter().collect::<Vec<_>>())?;
    crate::query!(
        "
        INSERT INTO seen_versions (source, aggregate_id, version)
        SELECT $1, r.value->>0, CAST(r.value->>1 AS BIGINT) FROM jsonb_each($2) AS r WHERE true
        ON CONFLICT (source, aggregate_id) DO UPDATE SET version = excluded.version
        WHERE excluded.version > seen_versions.version
        ",
        source,
        versions,
    )
    .execute(connection)
    .await?;
    Ok(())
}
