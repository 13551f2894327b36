//! Which of the two databases tests run on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use event_log::{Location, PostgresLocation};
use postgres_cluster::{Cluster, TestDatabase};
use sqlx::postgres::PgConnectOptions;

/// With `postgres` in this variable the databases of tests are schemas of PostgreSQL, and files of SQLite otherwise.
const VARIABLE: &str = "TICKETING_TEST_DATABASE";

/// Whether the databases of tests are schemas of PostgreSQL.
#[must_use]
pub fn is_on_postgres() -> bool {
    match std::env::var(VARIABLE).as_deref() {
        Ok("postgres") => true,
        Ok("sqlite" | "") | Err(_) => false,
        Ok(other) => panic!("{VARIABLE} is {other:?}; it may be postgres or sqlite"),
    }
}

/// The database of PostgreSQL that stands for a folder, always the same for the same folder; `None` if tests run on SQLite.
#[must_use]
pub fn postgres_of(folder: &Path) -> Option<PgConnectOptions> {
    static DATABASES: Mutex<Option<HashMap<PathBuf, TestDatabase<'static>>>> = Mutex::new(None);
    if !is_on_postgres() {
        return None;
    }
    let mut databases = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    let databases = databases.get_or_insert_default();
    let database = databases
        .entry(folder.to_owned())
        // It is removed with its server.
        .or_insert_with(|| Cluster::shared().database());
    Some(PgConnectOptions::from_str(&database.url()).unwrap())
}

/// Where the database of a service is, in a folder or in the database that stands for it.
#[must_use]
pub fn location(folder: &Path, name: &str) -> Location {
    match postgres_of(folder) {
        Some(options) => Location::Postgres(PostgresLocation {
            options: Box::new(options),
            schema: name.replace('-', "_"),
        }),
        None => folder.join(name).with_extension("sqlite").into(),
    }
}
