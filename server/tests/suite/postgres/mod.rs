//! PostgreSQL's schemas are those of SQLite, they refuse the same, and the statements that are checked against SQLite mean the same
//! there.

mod constraints;
mod schemas;
mod statements;

use server::compose::SERVICES;
use sqlx::migrate::{Migrate, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use test_support::TestDatabase;

use crate::support::prepared::root;

/// The crate whose tables are in the schema of every service.
const EVENT_LOG: &str = "event-log";

/// The crates with migrations and statements: the name of each is that of its folders.
fn crates() -> impl Iterator<Item = &'static str> {
    std::iter::once(EVENT_LOG).chain(SERVICES.iter().map(|service| service.name))
}

/// SQLite's database of a crate.
async fn sqlite(name: &str) -> SqliteConnection {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    migrate(&mut connection, name, "").await;
    connection
}

/// PostgreSQL's schema of a crate, in a database where the others may have theirs.
async fn postgres(database: &TestDatabase<'_>, name: &str) -> PgConnection {
    let schema = name.replace('-', "_");
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options.options([("search_path", &schema)]);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    connection.execute(create).await.unwrap();
    migrate(&mut connection, name, "postgres").await;
    connection
}

/// Applies the migrations of event-log, then those of a service, as the services do.
async fn migrate<C: Migrate>(connection: &mut C, name: &str, folder: &str) {
    let mut applied = vec![(EVENT_LOG, "_event_log_migrations")];
    if name != EVENT_LOG {
        applied.push((name, "_sqlx_migrations"));
    }
    for (owner, table) in applied {
        let folder = root().join("migrations").join(owner).join(folder);
        let mut migrator = Migrator::new(folder).await.unwrap();
        assert!(migrator.iter().count() > 0, "{owner} has no migrations");
        migrator.dangerous_set_table_name(table);
        migrator.run_direct(None, connection, false).await.unwrap();
    }
}
