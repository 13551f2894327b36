//! Brings a database's schema up to date.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, SqliteConnection};

/// The tables of this crate. They have their own tracking table (`sqlx.toml`), so that a service's migrator, which
/// refuses migrations that it does not know, never sees them.
static EVENT_LOG: Migrator = sqlx::migrate!();

/// Applies the pending migrations of this crate, then those of the service.
///
/// All of it is one transaction that holds the write lock, because sqlx's own migration lock does nothing on SQLite: of two
/// processes that start together, the second waits and then finds nothing to do.
pub(crate) async fn run(connection: &mut SqliteConnection, service: &Migrator) -> Result<(), MigrateError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    EVENT_LOG.run_direct(None, &mut *transaction, false).await?;
    service.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    Ok(())
}

/// How many migrations a file has had once it is up to date.
pub(crate) fn known(service: &Migrator) -> usize {
    EVENT_LOG.iter().count() + service.iter().count()
}
