//! Files that are not sound databases, as distinct from what prevents a check.

use event_log::is_damage;

use super::CheckError;

/// A check that could not be made because a file is broken has failed; whatever else went wrong is an error.
pub(super) fn in_a_check(error: sqlx::Error) -> Result<String, CheckError> {
    if is_damage(&error) {
        Ok(format!("cannot be checked: {}", message(&error)))
    } else {
        Err(error.into())
    }
}

/// What SQLite said, without what sqlx says around it.
pub(super) fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
