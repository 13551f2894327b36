//! Where the databases of the services are.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use event_log::{Location, PostgresLocation};
use sqlx::postgres::PgConnectOptions;

use crate::Definition;
use crate::databases::file;

/// Where the databases of the services are.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In a directory: a SQLite file for each.
    Directory(PathBuf),
    /// On PostgreSQL: a schema for each, in one database or in several.
    Postgres(Box<PostgresStorage>),
}

/// Schemas of PostgreSQL.
#[derive(Clone)]
pub struct PostgresStorage {
    /// The database of all services that have none of their own.
    pub database: PgConnectOptions,
    /// The databases of single services, by their names.
    pub of_services: BTreeMap<String, PgConnectOptions>,
    /// Connections a service keeps for the reads of requests, at least 1. It has four more for other things.
    pub readers: u32,
}

/// Connections that a service keeps for the reads of requests: with SQLite they cost some memory, with PostgreSQL a process of the
/// server each.
const READERS_OF_FILE: u32 = 4;

impl Storage {
    /// The location of the database of a service.
    #[must_use]
    pub fn location(&self, service: &'static Definition) -> Location {
        match self {
            Self::Directory(folder) => file(folder, service.name).into(),
            Self::Postgres(storage) => {
                let options = storage.of_services.get(service.name).unwrap_or(&storage.database);
                Location::Postgres(PostgresLocation {
                    options: Box::new(options.clone()),
                    schema: service.schema(),
                })
            }
        }
    }

    pub(crate) fn readers(&self) -> u32 {
        match self {
            Self::Directory(_) => READERS_OF_FILE,
            Self::Postgres(storage) => storage.readers,
        }
    }
}

impl From<&Path> for Storage {
    fn from(folder: &Path) -> Self {
        Self::Directory(folder.to_owned())
    }
}

impl From<&Storage> for Storage {
    fn from(storage: &Storage) -> Self {
        storage.clone()
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(folder) => write!(f, "the data directory {}", folder.display()),
            Self::Postgres(storage) => write!(f, "the database {}", named(&storage.database)),
        }
    }
}

/// Without the password.
fn named(options: &PgConnectOptions) -> String {
    format!(
        "{} on {}",
        options.get_database().unwrap_or_else(|| options.get_username()),
        options.get_host()
    )
}

impl fmt::Debug for PostgresStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStorage")
            .field("database", &named(&self.database))
            .field("of_services", &self.of_services.keys())
            .field("readers", &self.readers)
            .finish()
    }
}
