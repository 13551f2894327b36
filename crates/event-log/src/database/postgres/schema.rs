//! Creates a schema and brings it up to date.

use sqlx::{Connection as _, PgConnection};

use super::super::Opened;
use super::super::location::PostgresLocation;
use super::connections;
use super::write_lock;
use crate::{DatabaseError, Migrations, OpenError, migrations, store};

/// Processes may do this at the same time: it is done under the lock of the writer, in one transaction.
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
    store::postgres::lock(&mut transaction, write_lock(schema))
        .await
        .map_err(connect)?;
    store::postgres::create_schema_if_missing(&mut transaction, schema)
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
