//! The errors of a copy.

use std::io;
use std::path::PathBuf;

use service::Storage;

use crate::check::CheckError;
use crate::compose::NoSchema;
use crate::data_dir::DataDirError;

/// Nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Both are of the same kind.
    #[error(
        "copy moves a marketplace between a data directory and PostgreSQL; one of --from and --to must be a directory, the other a URL. \
         Copy a directory with `ticketing backup`, and a PostgreSQL database with pg_dump"
    )]
    SameKind,
    /// The source has no marketplace.
    #[error("there is no marketplace in {0}: is this the source?")]
    Missing(Storage),
    /// A service has no database on PostgreSQL.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// A server is running.
    #[error(
        "a server is running on {0}. Stop all servers first, so that nothing is added that the copy lacks"
    )]
    InUse(Storage),
    /// The data directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DataDirError),
    /// The source is damaged, or its databases are not from the same point in time.
    #[error("the source is not consistent, so it was not copied. Failed: {0}. See `ticketing check`")]
    Inconsistent(String),
    /// The target holds something.
    #[error("{0} is not empty. Choose an empty database, or a directory that does not exist yet")]
    NotEmpty(Storage),
    /// The target cannot be written.
    #[error("{}: {problem}. Choose a directory that does not exist yet, in one that this user can write to", .path.display())]
    Write {
        /// The target, or a file of it.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// The tables of the two databases differ, which is an error of this program.
    #[error("the tables of {service} differ between the two databases: {difference}")]
    Tables {
        /// The service.
        service: &'static str,
        /// What only one of them has.
        difference: String,
    },
    /// The copy is not what was copied.
    #[error("the copy has {} undelivered events, and the source {}; do not use the copy", .undelivered.1, .undelivered.0)]
    Differs {
        /// How many events are undelivered in the source and in the copy.
        undelivered: (i64, i64),
    },
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] service::OpenError),
    /// A database cannot be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A database cannot be read or written.
    #[error("a database failed: {0}. Nothing was copied")]
    Database(#[from] sqlx::Error),
}
