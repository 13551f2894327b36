//! Looking after the file.

use sqlx::SqlitePool;

use crate::DatabaseError;
use crate::sql::{Pool, unchecked_scalar};

/// The errors of the file, one sentence each.
pub(crate) async fn problems(reader: &SqlitePool) -> Result<Vec<String>, DatabaseError> {
    let mut problems: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(reader)
        .await?;
    problems.retain(|problem| problem != "ok");
    let orphans: Vec<(String,)> = sqlx::query_as(r#"SELECT DISTINCT "table" FROM pragma_foreign_key_check"#)
        .fetch_all(reader)
        .await?;
    problems.extend(
        orphans
            .into_iter()
            .map(|(table,)| format!("a foreign key of {table} points nowhere")),
    );
    Ok(problems)
}

/// How many migrations the file has had: those of this crate and those of its service.
pub(crate) async fn migrations_applied(reader: &Pool) -> Result<i64, DatabaseError> {
    let count = "SELECT (SELECT count(*) FROM _event_log_migrations WHERE success)
                      + (SELECT count(*) FROM _sqlx_migrations WHERE success)";
    Ok(unchecked_scalar(count).fetch_one(reader).await?)
}
