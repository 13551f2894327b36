//! Copying a file that others work with.

use sqlx::SqliteConnection;

use crate::DatabaseError;

/// Takes the write lock.
pub(crate) async fn lock(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    sqlx::query("BEGIN IMMEDIATE").execute(connection).await?;
    Ok(())
}

/// Releases the write lock. Nothing was written.
pub(crate) async fn unlock(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    sqlx::query("ROLLBACK").execute(connection).await?;
    Ok(())
}

/// Copies the database into an empty file, in one read transaction. The copy is one file without a write-ahead log.
pub(crate) async fn copy(connection: &mut SqliteConnection, into: &str) -> Result<(), DatabaseError> {
    sqlx::query("VACUUM INTO ?")
        .bind(into)
        .execute(connection)
        .await?;
    Ok(())
}
