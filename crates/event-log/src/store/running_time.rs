//! For how long processes have been running with this file.

use crate::DatabaseError;
use crate::sql::Executor;

/// The last recorded running time, in milliseconds.
pub(crate) async fn find(connection: impl Into<Executor<'_>>) -> Result<i64, DatabaseError> {
    let age = crate::query_scalar!("SELECT ms FROM age WHERE one_row = 1")
        .fetch_one(connection)
        .await?;
    Ok(age)
}

/// Saves the running time, unless another process has saved a greater one.
pub(crate) async fn save(
    connection: impl Into<Executor<'_>>,
    running_time_ms: i64,
) -> Result<(), DatabaseError> {
    crate::query!(
        "UPDATE age SET ms = $1 WHERE one_row = 1 AND ms < $1",
        running_time_ms
    )
    .execute(connection)
    .await?;
    Ok(())
}
