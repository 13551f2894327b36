//! The replies to requests that may be sent again.

use crate::sql::{Connection, Executor};
use crate::{DatabaseError, StoredReply};

/// A row of the table.
struct ReplyRow {
    key: String,
    fingerprint: String,
    status: i64,
    body: String,
    extra: Option<String>,
}

impl TryFrom<ReplyRow> for StoredReply {
    type Error = DatabaseError;

    fn try_from(row: ReplyRow) -> Result<Self, DatabaseError> {
        let status = u16::try_from(row.status).map_err(|error| sqlx::Error::ColumnDecode {
            index: "status".to_owned(),
            source: error.into(),
        })?;
        Ok(Self {
            key: row.key,
            fingerprint: row.fingerprint,
            status,
            body: row.body,
            extra: row.extra,
        })
    }
}

/// The reply under a key, unless it was kept at the running time `expired_ms` or before.
pub(crate) async fn find(
    db: impl Into<Executor<'_>>,
    key: &str,
    expired_ms: i64,
) -> Result<Option<StoredReply>, DatabaseError> {
    let row = crate::query_as!(
        ReplyRow,
        "SELECT key, fingerprint, status, body, extra FROM replies
         WHERE key = $1 AND kept_at_age > $2",
        key,
        expired_ms,
    )
    .fetch_optional(db)
    .await?;
    row.map(StoredReply::try_from).transpose()
}

/// The replies under these keys, without those that were kept at the running time `expired_ms` or before.
pub(crate) async fn find_all(
    connection: &mut Connection,
    keys: &[&str],
    expired_ms: i64,
) -> Result<Vec<StoredReply>, DatabaseError> {
    let keys = serde_json::to_string(keys)?;
    let rows = crate::query_as!(
        ReplyRow,
        "SELECT key, fingerprint, status, body, extra FROM replies
         WHERE key IN (SELECT r.value FROM json_each($1) AS r) AND kept_at_age > $2",
        keys,
        expired_ms,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(StoredReply::try_from).collect()
}

/// Inserts a reply. A second one under the same key breaks the primary key.
pub(crate) async fn insert(
    connection: &mut Connection,
    reply: &StoredReply,
    now_ms: i64,
    running_time_ms: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "INSERT INTO replies (key, fingerprint, status, body, extra, kept_at, kept_at_age)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        reply.key,
        reply.fingerprint,
        i64::from(reply.status),
        reply.body,
        reply.extra,
        now_ms,
        running_time_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Inserts replies, given as a JSON array. A second one under the same key breaks the primary key.
pub(crate) async fn insert_all(
    connection: &mut Connection,
    replies: &str,
    now_ms: i64,
    running_time_ms: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "
        INSERT INTO replies (key, fingerprint, status, body, extra, kept_at, kept_at_age)
        SELECT r.value->>'key', r.value->>'fingerprint', CAST(r.value->>'status' AS BIGINT), r.value->>'body', r.value->>'extra', $2, $3
        FROM jsonb_each($1) AS r
        ORDER BY r.key
        ",
        replies,
        now_ms,
        running_time_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces the replies under the same keys, given as a JSON array; their expiry stays.
pub(crate) async fn save_all(
    connection: &mut Connection,
    replies: &str,
    now_ms: i64,
    running_time_ms: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "
        INSERT INTO replies (key, fingerprint, status, body, extra, kept_at, kept_at_age)
        SELECT r.value->>'key', r.value->>'fingerprint', CAST(r.value->>'status' AS BIGINT), r.value->>'body', r.value->>'extra', $2, $3
        FROM jsonb_each($1) AS r
        WHERE true
        ORDER BY r.key
        ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            body = excluded.body, extra = excluded.extra
        ",
        replies,
        now_ms,
        running_time_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the reply under a key if it was kept at the running time `expired_ms` or before, and at most `limit` others like it.
pub(crate) async fn remove_expired(
    connection: &mut Connection,
    key: &str,
    expired_ms: i64,
    limit: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "DELETE FROM replies WHERE key = $1 AND kept_at_age <= $2",
        key,
        expired_ms
    )
    .execute(&mut *connection)
    .await?;
    crate::query!(
        "
        DELETE FROM replies
        WHERE key IN (SELECT key FROM replies WHERE kept_at_age <= $1 ORDER BY kept_at_age LIMIT $2)
        ",
        expired_ms,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the replies under the keys of others, given as a JSON array, if they were kept at the running time `expired_ms` or before;
/// and for each of them at most `limit` others like it.
pub(crate) async fn remove_expired_all(
    connection: &mut Connection,
    replies: &str,
    expired_ms: i64,
    limit: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "DELETE FROM replies
         WHERE key IN (SELECT r.value->>'key' FROM jsonb_each($1) AS r) AND kept_at_age <= $2",
        replies,
        expired_ms,
    )
    .execute(&mut *connection)
    .await?;
    crate::query!(
        "
        DELETE FROM replies
        WHERE key IN (
            SELECT key FROM replies WHERE kept_at_age <= $2 ORDER BY kept_at_age LIMIT $3 * json_array_length($1)
        )
        ",
        replies,
        expired_ms,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(())
}
