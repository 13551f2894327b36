//! Files that are not sound databases, as distinct from what prevents a check.

use super::CheckError;

/// What SQLite says of a file whose content is broken: SQLITE_CORRUPT and SQLITE_NOTADB.
const DAMAGED: [u32; 2] = [11, 26];

/// What SQLite says when it would have to make or to write a file beside the database: SQLITE_CANTOPEN and SQLITE_READONLY.
const CANNOT_WRITE: [u32; 2] = [14, 8];

/// The lower eight bits of a code of SQLite say what happened, the others how.
const PRIMARY_CODE: u32 = 0xff;

/// Whether the content of a file is broken.
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    is_one_of(error, &DAMAGED)
}

/// Whether a file beside the database could not be made or written.
pub(super) fn is_about_writing(error: &sqlx::Error) -> bool {
    is_one_of(error, &CANNOT_WRITE)
}

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

fn is_one_of(error: &sqlx::Error, codes: &[u32]) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code| codes.contains(&(code & PRIMARY_CODE)))
}
