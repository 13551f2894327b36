//! What SQLite says of a failure (<https://www.sqlite.org/rescode.html>).

use sqlx::error::DatabaseError as _;
use sqlx::sqlite::SqliteError;

use crate::sqlstate;

pub(crate) const ERROR: i32 = 1;
pub(crate) const BUSY: i32 = 5;
pub(crate) const LOCKED: i32 = 6;
pub(crate) const NOMEM: i32 = 7;
const READONLY: i32 = 8;
pub(crate) const INTERRUPT: i32 = 9;
pub(crate) const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
pub(crate) const FULL: i32 = 13;
pub(crate) const CANTOPEN: i32 = 14;
pub(crate) const PROTOCOL: i32 = 15;
pub(crate) const SCHEMA: i32 = 17;
pub(crate) const TOOBIG: i32 = 18;
pub(crate) const CONSTRAINT: i32 = 19;
pub(crate) const MISMATCH: i32 = 20;
pub(crate) const RANGE: i32 = 25;
const NOTADB: i32 = 26;

/// The extended code carries the primary one, which says what happened, in its lowest byte.
const PRIMARY: i32 = 0xff;

/// The primary code of an error; `None` if it is not SQLite's.
pub(crate) fn primary(error: &sqlx::Error) -> Option<i32> {
    let error = error.as_database_error()?.try_downcast_ref::<SqliteError>()?;
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & PRIMARY)
}

/// Whether the content of a file is broken, or was never that of a database; or PostgreSQL says so of its own files.
#[must_use]
pub fn is_damage(error: &sqlx::Error) -> bool {
    matches!(primary(error), Some(CORRUPT | NOTADB)) || sqlstate::of(error).is_some_and(sqlstate::is_damage)
}

/// Whether the database, or a file beside it, would have had to be made or written, and could not be.
#[must_use]
pub fn is_write_refused(error: &sqlx::Error) -> bool {
    matches!(primary(error), Some(CANTOPEN | READONLY))
}
