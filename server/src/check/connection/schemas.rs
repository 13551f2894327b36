//! The schemas of a PostgreSQL database.

use service::{Definition, Storage};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use super::super::CheckError;
use super::{Connection, Opened};
use crate::compose::SERVICES;

/// Opens the database. It must have the schemas of all services that are not optional.
pub(super) async fn open(storage: &Storage, database: &PgConnectOptions) -> Result<Opened, CheckError> {
    let unreachable = |problem| CheckError::Unreachable {
        storage: storage.clone(),
        problem,
    };
    let options = PgConnectOptions::clone(database).options([("default_transaction_read_only", "on")]);
    let connection = PgConnection::connect_with(&options).await.map_err(unreachable)?;
    let mut connection = Connection::Schemas(connection);
    let mut services: Vec<&'static Definition> = Vec::new();
    for service in SERVICES {
        let schema = service.schema();
        if connection.has_table(&schema, "events").await? {
            services.push(service);
        } else if !service.is_optional {
            return Err(CheckError::MissingSchema {
                schema,
                storage: storage.clone(),
            });
        }
    }
    Ok(Opened {
        connection,
        services,
        damaged: Vec::new(),
    })
}
