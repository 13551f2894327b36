//! What only PostgreSQL has: advisory locks, schemas, notifications, a clock of its own.

use sqlx::{AssertSqlSafe, PgConnection, PgPool};

/// Takes a lock until the transaction ends, waiting for it.
pub(crate) async fn lock(transaction: &mut PgConnection, key: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(key)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Takes a lock until the connection ends, if it is free. Returns whether it was.
pub(crate) async fn try_lock(connection: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(key)
        .fetch_one(connection)
        .await
}

/// Whether a connection to this database holds a lock. Of a lock with one number, PostgreSQL shows the halves
/// (<https://www.postgresql.org/docs/current/view-pg-locks.html>).
pub(crate) async fn is_locked(connection: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND (CAST(classid AS BIGINT) << 32) | CAST(objid AS BIGINT) = $1
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
    )
    .bind(key)
    .fetch_one(connection)
    .await
}

/// Whether there is an event log in a schema.
pub(crate) async fn has_event_log(connection: &mut PgConnection, schema: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(format!("{schema}.events"))
        .fetch_one(connection)
        .await
}

/// Notifies those who listen to a channel of a sequence.
pub(crate) async fn notify(
    connection: &mut PgConnection,
    channel: &str,
    sequence: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(channel)
        .bind(sequence.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Creates a schema, an identifier that needs no quotes, if it is missing. `CREATE SCHEMA IF NOT EXISTS` needs the right to create one
/// even where there is one.
pub(crate) async fn create_schema_if_missing(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<(), sqlx::Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regnamespace($1) IS NOT NULL")
        .bind(schema)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// The clock of the server's host, in milliseconds UTC.
pub(crate) async fn now_ms(reader: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")
        .fetch_one(reader)
        .await
}
