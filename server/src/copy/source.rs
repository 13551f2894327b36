//! What is copied.

use futures::StreamExt;
use futures::stream::BoxStream;
use service::{Definition, Storage};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::tables::{self, Table};
use super::{CopyError, bring_up_to_date, refuse_servers};
use crate::compose;
use crate::data_dir::{self, Lock};

/// A marketplace that no server is running on.
pub(super) struct Source {
    storage: Storage,
    pub(super) services: Vec<&'static Definition>,
    _lock: Option<Lock>,
}

/// A connection to the database of a service, which sees one point in time.
pub(super) enum Reader {
    File(SqliteConnection),
    Schema(PgConnection),
}

impl Source {
    /// Finds the services, and brings their databases up to date.
    pub(super) async fn open(storage: &Storage) -> Result<Self, CopyError> {
        let (services, lock) = match storage {
            Storage::Directory(folder) => {
                let files = compose::files_of(folder).map_err(|_| CopyError::Missing(storage.clone()))?;
                let services = files.into_iter().map(|(service, _)| service).collect();
                (services, Some(data_dir::open(folder)?))
            }
            Storage::Postgres(_) => {
                let services = compose::services_on(storage).await?;
                refuse_servers(storage).await?;
                (services, None)
            }
        };
        bring_up_to_date(storage, &services).await?;
        Ok(Self {
            storage: storage.clone(),
            services,
            _lock: lock,
        })
    }

    /// Opens the database of a service.
    pub(super) async fn reader(&self, service: &Definition) -> Result<Reader, CopyError> {
        match &self.storage {
            Storage::Directory(folder) => {
                let file = service::file(folder, service.name);
                let options = SqliteConnectOptions::new().filename(file).read_only(true);
                let mut connection = SqliteConnection::connect_with(&options).await?;
                sqlx::query("BEGIN").execute(&mut connection).await?;
                Ok(Reader::File(connection))
            }
            Storage::Postgres(postgres) => {
                let options =
                    PgConnectOptions::clone(&postgres.database).options([("search_path", service.schema())]);
                let mut connection = PgConnection::connect_with(&options).await?;
                sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .execute(&mut connection)
                    .await?;
                Ok(Reader::Schema(connection))
            }
        }
    }
}

impl Reader {
    pub(super) async fn tables(&mut self) -> Result<Vec<Table>, sqlx::Error> {
        match self {
            Self::File(connection) => tables::of_file(connection).await,
            Self::Schema(connection) => tables::of_schema(connection).await,
        }
    }

    /// All rows of a table, each as a JSON object.
    pub(super) fn rows<'r>(&'r mut self, table: &'r Table) -> BoxStream<'r, Result<String, sqlx::Error>> {
        let (name, order) = (&table.name, table.order());
        match self {
            Self::File(connection) => {
                let fields: Vec<_> = table
                    .columns
                    .iter()
                    .map(|column| format!("'{column}', {column}"))
                    .collect();
                let text = format!("SELECT json_object({}) FROM {name}{order}", fields.join(", "));
                sqlx::query_scalar(AssertSqlSafe(text)).fetch(connection).boxed()
            }
            Self::Schema(connection) => {
                let text = format!("SELECT CAST(row_to_json(rows) AS TEXT) FROM {name} AS rows{order}");
                sqlx::query_scalar(AssertSqlSafe(text)).fetch(connection).boxed()
            }
        }
    }

    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::File(connection) => connection.close().await,
            Self::Schema(connection) => connection.close().await,
        }
    }
}
