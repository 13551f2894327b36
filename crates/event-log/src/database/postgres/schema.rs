//! Creates a schema and brings it up to date.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::super::Opened;
use super::super::location::PostgresLocation;
use super::connections;
use super::locks::{LockKind, lock_key};
use crate::{DatabaseError, Migrations, OpenError, migrations, store};

/// Processes may do this at the same time: it is done under the lock of whoever writes, in one transaction.
pub(super) async fn bring_up_to_date(
    location: &PostgresLocation,
    migrations: Migrations,
) -> Result<Opened, OpenError> {
    let connect = |error: sqlx::Error| OpenError::Connect(error.into());
    let mut connection = PgConnection::connect_with(&connections::migrating(location))
        .await
        .map_err(connect)?;
    let opened = within(&mut connection, &location.schema, migrations).await;
    // Also after an error, when a lock of sqlx's own may be held: it ends with the connection.
    let closed = connection.close().await;
    let opened = opened?;
    closed.map_err(connect)?;
    Ok(opened)
}

async fn within(
    connection: &mut PgConnection,
    schema: &str,
    migrations: Migrations,
) -> Result<Opened, OpenError> {
    let connect = |error: sqlx::Error| OpenError::Connect(error.into());
    let mut transaction = connection.begin().await.map_err(connect)?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(lock_key(schema, LockKind::Write))
        .execute(&mut *transaction)
        .await
        .map_err(connect)?;
    create_if_missing(&mut transaction, schema)
        .await
        .map_err(connect)?;
    migrations::run_postgres(&mut transaction, migrations.postgres).await?;
    let newest = store::events::newest_sequence(&mut *transaction).await;
    let running_time_ms = store::running_time::find(&mut *transaction).await;
    let opened = Opened {
        newest: newest.map_err(OpenError::Connect)?,
        running_time_ms: running_time_ms.map_err(OpenError::Connect)?,
    };
    transaction
        .commit()
        .await
        .map_err(|error| OpenError::Connect(DatabaseError::from(error)))?;
    Ok(opened)
}

/// `CREATE SCHEMA IF NOT EXISTS` needs the right to create one even where there is one.
async fn create_if_missing(connection: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regnamespace($1) IS NOT NULL")
        .bind(schema)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(connection)
            .await?;
    }
    Ok(())
}
