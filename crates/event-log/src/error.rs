//! The errors of this crate.

use sqlx::error::ErrorKind;

use crate::Divergence;

/// A database operation failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(#[from] sqlx::Error);

/// Something that was to be written as JSON cannot be.
impl From<serde_json::Error> for DatabaseError {
    fn from(error: serde_json::Error) -> Self {
        Self(sqlx::Error::Encode(error.into()))
    }
}

/// Primary result codes of SQLite that this crate distinguishes (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const ERROR: i32 = 1;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const INTERRUPT: i32 = 9;
    pub(super) const IOERR: i32 = 10;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const PROTOCOL: i32 = 15;
    pub(super) const SCHEMA: i32 = 17;
    pub(super) const TOOBIG: i32 = 18;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const MISMATCH: i32 = 20;
    pub(super) const RANGE: i32 = 25;
}

impl DatabaseError {
    /// A UNIQUE or PRIMARY KEY constraint refused the statement.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.0
            .as_database_error()
            .is_some_and(|error| error.kind() == ErrorKind::UniqueViolation)
    }

    /// Any constraint refused the statement: UNIQUE, CHECK, NOT NULL, FOREIGN KEY, a STRICT type, or a trigger.
    #[must_use]
    pub fn is_constraint_violation(&self) -> bool {
        self.primary_code() == Some(code::CONSTRAINT)
    }

    /// The same work can succeed later without any change: the database was busy, the disk full, the pool exhausted.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match &self.0 {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => true,
            sqlx::Error::Database(_) => matches!(
                self.primary_code(),
                Some(
                    code::BUSY
                        | code::LOCKED
                        | code::NOMEM
                        | code::INTERRUPT
                        | code::IOERR
                        | code::FULL
                        | code::CANTOPEN
                        | code::PROTOCOL
                        | code::SCHEMA
                )
            ),
            _ => false,
        }
    }

    /// The work itself is at fault: its data broke a constraint, its statement is wrong, or a row was not as expected.
    ///
    /// Everything else (a damaged file, a closed pool, a read-only disk) does not depend on the work.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match &self.0 {
            sqlx::Error::Database(_) => matches!(
                self.primary_code(),
                Some(code::ERROR | code::TOOBIG | code::CONSTRAINT | code::MISMATCH | code::RANGE)
            ),
            sqlx::Error::RowNotFound
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Encode(_)
            | sqlx::Error::Decode(_)
            | sqlx::Error::InvalidArgument(_) => true,
            _ => false,
        }
    }

    /// The error as the driver returned it.
    #[must_use]
    pub fn as_sqlx(&self) -> &sqlx::Error {
        &self.0
    }

    /// SQLite's extended code carries the primary one in its lowest byte.
    fn primary_code(&self) -> Option<i32> {
        let extended: i32 = self.0.as_database_error()?.code()?.parse().ok()?;
        Some(extended & 0xff)
    }
}

/// A database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or is not a database.
    #[error("cannot open the database: {0}")]
    Connect(#[source] DatabaseError),
    /// The schema cannot be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// A handler could not apply an event.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// This consumer rejects the event: the reason, for the operator.
    #[error("{0}")]
    Rejected(String),
    /// The payload cannot be decoded. No other try can change that, so the event is a dead letter at once.
    #[error("the payload cannot be read: {0}")]
    Malformed(serde_json::Error),
    /// The consumer's database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<serde_json::Error> for ApplyError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error)
    }
}

/// A sweep of the relay did not get through.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// A database failed; the sweep can be repeated.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Another relay of the same source and consumer moved the cursor first. Its effects are committed and this one's were rolled back.
    #[error("the cursor of source `{source_name}` was moved by another relay")]
    CursorMoved {
        /// The name of the source database.
        source_name: &'static str,
    },
    /// The source does not have the events that the consumer has consumed. Nothing is delivered until the correct files
    /// are restored.
    #[error(transparent)]
    Diverged(#[from] Divergence),
}

impl From<sqlx::Error> for RelayError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
