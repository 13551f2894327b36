//! The replies to requests that may be sent again.

use sqlx::{SqliteConnection, SqlitePool};

use crate::{DatabaseError, KeptReply};

/// The reply under a key, unless it was kept at `run_out_ms` or before.
pub(crate) async fn find(
    reader: &SqlitePool,
    key: &str,
    run_out_ms: i64,
) -> Result<Option<KeptReply>, DatabaseError> {
    let reply = sqlx::query_as!(
        KeptReply,
        r#"SELECT key, fingerprint, status AS "status: u16", body, extra FROM replies WHERE key = ? AND kept_at > ?"#,
        key,
        run_out_ms,
    )
    .fetch_optional(reader)
    .await?;
    Ok(reply)
}

/// Inserts a reply. A second one under the same key breaks the primary key.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    reply: &KeptReply,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "INSERT INTO replies (key, fingerprint, status, body, extra, kept_at) VALUES (?, ?, ?, ?, ?, ?)",
        reply.key,
        reply.fingerprint,
        reply.status,
        reply.body,
        reply.extra,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a reply in the place of the one under the same key, whose time goes on.
pub(crate) async fn save(
    connection: &mut SqliteConnection,
    reply: &KeptReply,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "
        INSERT INTO replies (key, fingerprint, status, body, extra, kept_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            body = excluded.body, extra = excluded.extra
        ",
        reply.key,
        reply.fingerprint,
        reply.status,
        reply.body,
        reply.extra,
        now_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the reply under a key if it was kept at `run_out_ms` or before, and at most `limit` others of that age.
pub(crate) async fn remove_run_out(
    connection: &mut SqliteConnection,
    key: &str,
    run_out_ms: i64,
    limit: i64,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "DELETE FROM replies WHERE key = ? AND kept_at <= ?",
        key,
        run_out_ms
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "
        DELETE FROM replies WHERE key IN (SELECT key FROM replies WHERE kept_at <= ? ORDER BY kept_at LIMIT ?)
        ",
        run_out_ms,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(())
}
