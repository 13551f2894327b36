//! Where a database is.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Location {
    /// A SQLite file. It is created if it is missing, for its owner only; its directory is not.
    File(PathBuf),
    /// A schema of a PostgreSQL database. It is created if it is missing; the database is not.
    Postgres(PostgresLocation),
}

/// A schema of a PostgreSQL database.
#[derive(Clone, Debug)]
pub struct PostgresLocation {
    /// The server, the database and the role.
    pub options: Box<PgConnectOptions>,
    /// The schema, an identifier that needs no quotes.
    pub schema: String,
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}
