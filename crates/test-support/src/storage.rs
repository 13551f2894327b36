//! Which of the two databases tests run on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, OnceLock, PoisonError};

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
    Some(options(database))
}

/// Where the database of a service is: in a folder, or a schema that stands for it. Always the same for the same folder.
#[must_use]
pub fn location(folder: &Path, name: &str) -> Location {
    // Of one database, because creating one takes ten times as long as a schema.
    static SHARED: OnceLock<TestDatabase<'static>> = OnceLock::new();
    static FOLDERS: Mutex<Option<HashMap<PathBuf, usize>>> = Mutex::new(None);
    if !is_on_postgres() {
        return folder.join(name).with_extension("sqlite").into();
    }
    let number = {
        let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = folders.get_or_insert_default();
        let next = folders.len();
        *folders.entry(folder.to_owned()).or_insert(next)
    };
    let database = SHARED.get_or_init(|| Cluster::shared().database());
    Location::Postgres(PostgresLocation {
        options: Box::new(options(database)),
        schema: format!("{}_{number}", name.replace('-', "_")),
    })
}

fn options(database: &TestDatabase<'_>) -> PgConnectOptions {
    PgConnectOptions::from_str(&database.url()).unwrap()
}
