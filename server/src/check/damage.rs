//! Damaged databases, as distinct from errors that prevent a check.

use super::CheckError;

/// SQLite's codes for a file with damaged content: SQLITE_CORRUPT and SQLITE_NOTADB.
const DAMAGED: [u32; 2] = [11, 26];

/// SQLite's codes when it would have to create or write a file next to the database: SQLITE_CANTOPEN and SQLITE_READONLY.
const CANNOT_WRITE: [u32; 2] = [14, 8];

/// The lower eight bits of a SQLite code are the primary error, the others its details.
const PRIMARY_CODE: u32 = 0xff;

/// Whether the content of a file is damaged.
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    is_one_of(error, &DAMAGED)
}

/// Whether a file next to the database could not be created or written.
pub(super) fn is_about_writing(error: &sqlx::Error) -> bool {
    is_one_of(error, &CANNOT_WRITE)
}

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

fn is_one_of(error: &sqlx::Error, codes: &[u32]) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code| codes.contains(&(code & PRIMARY_CODE)))
}
