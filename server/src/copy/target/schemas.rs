//! A copy in PostgreSQL.

use event_log::PostgresLocation;
use event_log::sql::unchecked_scalar;
use service::{Definition, PostgresStorage, Storage};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::super::{CopyError, bring_up_to_date, refuse_servers};
use super::writer::Writer;

/// One transaction, which no server sees before it is committed, and during which none can write.
pub(in super::super) struct Schemas(PgConnection);

impl Schemas {
    pub(super) async fn open(
        storage: &Storage,
        postgres: &PostgresStorage,
        services: &[&'static Definition],
    ) -> Result<Self, CopyError> {
        refuse_servers(storage).await?;
        bring_up_to_date(storage, services).await?;
        let mut connection = PgConnection::connect_with(&postgres.database).await?;
        sqlx::query("BEGIN").execute(&mut connection).await?;
        for service in services {
            let location = PostgresLocation {
                options: Box::new(postgres.database.clone()),
                schema: service.schema(),
            };
            location.lock_for_writing(&mut connection).await?;
        }
        for service in services {
            if !is_empty(service, &mut connection).await? {
                return Err(CopyError::NotEmpty(storage.clone()));
            }
        }
        Ok(Self(connection))
    }

    pub(super) async fn writer(&mut self, service: &Definition) -> Result<Writer<'_>, CopyError> {
        let path = format!("SET LOCAL search_path = {}", service.schema());
        sqlx::query(AssertSqlSafe(path)).execute(&mut self.0).await?;
        Ok(Writer::Schema(&mut self.0))
    }

    pub(super) async fn finish(mut self) -> Result<(), CopyError> {
        sqlx::query("COMMIT").execute(&mut self.0).await?;
        self.0.close().await?;
        Ok(())
    }
}

/// Whether a schema has no events, and no users, who sign up without one.
async fn is_empty(service: &Definition, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let tables: &[&str] = if service.name == auth::DEFINITION.name {
        &["events", "users"]
    } else {
        &["events"]
    };
    for table in tables {
        let rows = format!("SELECT EXISTS (SELECT 1 FROM {}.{table})", service.schema());
        if unchecked_scalar(AssertSqlSafe(rows))
            .fetch_one(&mut *connection)
            .await?
        {
            return Ok(false);
        }
    }
    Ok(true)
}
