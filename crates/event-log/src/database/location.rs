//! Where a database is.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use super::postgres::{lead_lock, write_lock};
use crate::store;

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

impl PostgresLocation {
    /// Whether the schema exists and has an event log. Nothing is created.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn has_event_log(&self) -> Result<bool, sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let has_log = store::postgres::has_event_log(&mut connection, &self.schema).await?;
        connection.close().await?;
        Ok(has_log)
    }

    /// Whether a process runs the relays and workers of the schema, which every server attempts within seconds of its start.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_led(&self) -> Result<bool, sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let is_led = store::postgres::is_locked(&mut connection, lead_lock(&self.schema)).await?;
        connection.close().await?;
        Ok(is_led)
    }

    /// Keeps all writers of the schema out until the transaction of a connection ends, for tools that write past this crate.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_for_writing(&self, transaction: &mut PgConnection) -> Result<(), sqlx::Error> {
        store::postgres::lock(transaction, write_lock(&self.schema)).await
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}
