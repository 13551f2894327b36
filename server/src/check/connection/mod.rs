//! One connection that sees the databases of all services and can write none.

mod files;
mod schemas;

use event_log::sql::{Executor, unchecked_scalar};
use service::{Definition, Storage};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::CheckError;

/// A connection, on which the tables of a service are named with its [`Definition::schema`].
pub(super) enum Connection {
    /// SQLite, with all files attached.
    Files(SqliteConnection),
    /// PostgreSQL.
    Schemas(PgConnection),
}

/// A marketplace that can be read.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// The services whose databases it sees.
    pub(super) services: Vec<&'static Definition>,
    /// The services whose files are not valid databases, and why not.
    pub(super) damaged: Vec<(&'static Definition, String)>,
}

/// Opens the databases of a marketplace. None is created.
pub(super) async fn open(storage: &Storage) -> Result<Opened, CheckError> {
    match storage {
        Storage::Directory(folder) => files::open(folder).await,
        Storage::Postgres(postgres) => schemas::open(storage, &postgres.database).await,
    }
}

impl Connection {
    /// To execute a statement on.
    pub(super) fn on(&mut self) -> Executor<'_> {
        match self {
            Self::Files(connection) => connection.into(),
            Self::Schemas(connection) => connection.into(),
        }
    }

    /// Whether a table exists. Older versions lack some.
    pub(super) async fn has_table(&mut self, schema: &str, table: &str) -> Result<bool, sqlx::Error> {
        let text = match self {
            Self::Files(_) => {
                format!("SELECT count(*) FROM {schema}.sqlite_schema WHERE name = '{table}'")
            }
            Self::Schemas(_) => format!(
                "SELECT count(*) FROM information_schema.tables WHERE table_schema = '{schema}' AND table_name = '{table}'"
            ),
        };
        self.counts_any(text).await
    }

    /// Whether a table has a column. Older versions lack some.
    pub(super) async fn has_column(
        &mut self,
        schema: &str,
        table: &str,
        column: &str,
    ) -> Result<bool, sqlx::Error> {
        let text = match self {
            Self::Files(_) => {
                format!(
                    "SELECT count(*) FROM pragma_table_info('{table}', '{schema}') WHERE name = '{column}'"
                )
            }
            Self::Schemas(_) => format!(
                "SELECT count(*) FROM information_schema.columns
                 WHERE table_schema = '{schema}' AND table_name = '{table}' AND column_name = '{column}'"
            ),
        };
        self.counts_any(text).await
    }

    /// Numbers that change with every commit of another connection to the databases of these services.
    pub(super) async fn versions(
        &mut self,
        services: &[&'static Definition],
    ) -> Result<Vec<i64>, sqlx::Error> {
        if let Self::Schemas(connection) = self {
            // The next transaction's number, for the whole server.
            let version = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)";
            return unchecked_scalar(version).fetch_all(connection).await;
        }
        let mut versions = Vec::new();
        for service in services {
            let version = AssertSqlSafe(format!("PRAGMA {}.data_version", service.schema()));
            versions.push(unchecked_scalar(version).fetch_one(self.on()).await?);
        }
        Ok(versions)
    }

    /// Closes it.
    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Files(connection) => connection.close().await,
            Self::Schemas(connection) => connection.close().await,
        }
    }

    async fn counts_any(&mut self, text: String) -> Result<bool, sqlx::Error> {
        let count: i64 = unchecked_scalar(AssertSqlSafe(text)).fetch_one(self.on()).await?;
        Ok(count > 0)
    }
}
