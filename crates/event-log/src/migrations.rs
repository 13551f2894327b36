//! Brings a database's schema up to date.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, PgConnection, SqliteConnection};

/// The tables of this crate. They have their own tracking table (`sqlx.toml`), so that a service's migrator, which
/// refuses migrations that it does not know, never sees them.
static EVENT_LOG: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/event-log/postgres");

/// The migrations of a service's own tables, for both databases.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// Those of SQLite.
    pub sqlite: &'static Migrator,
    /// Those of PostgreSQL, which begin with the state of SQLite's at the release that introduced them.
    pub postgres: &'static Migrator,
}

/// Migrations that both databases understand.
impl From<&'static Migrator> for Migrations {
    fn from(both: &'static Migrator) -> Self {
        Self {
            sqlite: both,
            postgres: both,
        }
    }
}

/// Applies the pending migrations of this crate, then those of the service.
///
/// All of it is one transaction that holds the write lock, because sqlx's own migration lock does nothing on SQLite: of two
/// processes that start together, the second waits and then finds nothing to do.
pub(crate) async fn run(connection: &mut SqliteConnection, service: &Migrator) -> Result<(), MigrateError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    EVENT_LOG
        .sqlite
        .run_direct(None, &mut *transaction, false)
        .await?;
    service.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(())
}

/// The same on PostgreSQL, within a transaction that holds the lock of the writer.
pub(crate) async fn run_postgres(
    transaction: &mut PgConnection,
    service: &Migrator,
) -> Result<(), MigrateError> {
    EVENT_LOG
        .postgres
        .run_direct(None, &mut *transaction, false)
        .await?;
    service.run_direct(None, transaction, false).await
}

/// How many migrations a database has had once it is up to date.
pub(crate) fn known(service: &Migrations, is_sqlite: bool) -> usize {
    let count = |migrations: &Migrations| {
        let migrator = if is_sqlite {
            migrations.sqlite
        } else {
            migrations.postgres
        };
        migrator.iter().count()
    };
    count(&EVENT_LOG) + count(service)
}
