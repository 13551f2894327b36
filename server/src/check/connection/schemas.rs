//! The schemas of a PostgreSQL database.

use service::Storage;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use super::super::CheckError;
use super::{Connection, Opened};
use crate::compose;

/// Opens the database. It must have the schemas of all services that are not optional.
pub(super) async fn open(storage: &Storage, database: &PgConnectOptions) -> Result<Opened, CheckError> {
    let services = compose::services_on(storage).await?;
    let options = PgConnectOptions::clone(database).options([("default_transaction_read_only", "on")]);
    let connection = PgConnection::connect_with(&options).await?;
    Ok(Opened {
        connection: Connection::Schemas(connection),
        services,
        damaged: Vec::new(),
    })
}
