//! Damaged databases, as distinct from errors that prevent a check.

use event_log::is_damage;

use super::CheckError;

/// A check that could not be made because a file is damaged has failed; any other problem is an error.
pub(super) fn in_a_check(error: sqlx::Error) -> Result<String, CheckError> {
    if is_damage(&error) {
        Ok(format!("cannot be checked: {}", message(&error)))
    } else {
        Err(error.into())
    }
}

/// SQLite's message, without sqlx's context.
pub(super) fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
