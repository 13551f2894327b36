//! The errors of this crate.

use sqlx::error::ErrorKind;

use crate::{Divergence, result_code, sqlstate};

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

impl DatabaseError {
    /// A UNIQUE or PRIMARY KEY constraint refused the statement.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.0
            .as_database_error()
            .is_some_and(|error| error.kind() == ErrorKind::UniqueViolation)
    }

    /// The effect was not written because there is a stored reply to its request: it was executed before, maybe by another process.
    #[must_use]
    pub fn is_repeated_request(&self) -> bool {
        // PostgreSQL names the constraint, and SQLite the column.
        let is_of_replies = |error: &dyn sqlx::error::DatabaseError| {
            error.constraint() == Some("replies_pkey") || error.message().ends_with("replies.key")
        };
        self.is_unique_violation() && self.0.as_database_error().is_some_and(is_of_replies)
    }

    /// Any constraint refused the statement: UNIQUE, CHECK, NOT NULL, FOREIGN KEY, a STRICT type, or a trigger.
    #[must_use]
    pub fn is_constraint_violation(&self) -> bool {
        result_code::primary(&self.0) == Some(result_code::CONSTRAINT)
            || sqlstate::of(&self.0).is_some_and(sqlstate::is_constraint)
    }

    /// The same work can succeed later without any change: the database was busy, the disk full, the pool exhausted.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match &self.0 {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => true,
            sqlx::Error::Database(_) if sqlstate::of(&self.0).is_some_and(sqlstate::is_transient) => true,
            sqlx::Error::Database(_) => matches!(
                result_code::primary(&self.0),
                Some(
                    result_code::BUSY
                        | result_code::LOCKED
                        | result_code::NOMEM
                        | result_code::INTERRUPT
                        | result_code::IOERR
                        | result_code::FULL
                        | result_code::CANTOPEN
                        | result_code::PROTOCOL
                        | result_code::SCHEMA
                )
            ),
            _ => false,
        }
    }

    /// The same work fails however often it is tried, until somebody changes it: its data broke a constraint, its statement is
    /// wrong, or a row was not as expected.
    ///
    /// An error can be neither this nor transient: a damaged file, a closed pool or a read-only disk says nothing about the work.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match &self.0 {
            sqlx::Error::Database(_) if sqlstate::of(&self.0).is_some_and(sqlstate::is_permanent) => true,
            sqlx::Error::Database(_) => matches!(
                result_code::primary(&self.0),
                Some(
                    result_code::ERROR
                        | result_code::TOOBIG
                        | result_code::CONSTRAINT
                        | result_code::MISMATCH
                        | result_code::RANGE
                )
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
