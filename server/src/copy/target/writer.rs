//! Writes the rows of a service.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::super::tables::{self, Table};

/// A connection to the database of a service, in a transaction.
pub(super) enum Writer<'t> {
    File(SqliteConnection),
    /// Of a transaction of several services.
    Schema(&'t mut PgConnection),
}

impl Writer<'_> {
    pub(super) async fn tables(&mut self) -> Result<Vec<Table>, sqlx::Error> {
        match self {
            Self::File(connection) => tables::of_file(connection).await,
            Self::Schema(connection) => tables::of_schema(connection).await,
        }
    }

    /// Removes all rows of a table.
    pub(super) async fn clear(&mut self, table: &Table) -> Result<(), sqlx::Error> {
        let text = AssertSqlSafe(format!("DELETE FROM {}", table.name));
        match self {
            Self::File(connection) => {
                sqlx::query(text).execute(connection).await?;
            }
            Self::Schema(connection) => {
                sqlx::query(text).execute(&mut **connection).await?;
            }
        }
        Ok(())
    }

    /// Inserts rows, of a JSON array of objects.
    pub(super) async fn insert(&mut self, table: &Table, array: &str) -> Result<(), sqlx::Error> {
        let (name, columns) = (&table.name, table.column_list());
        match self {
            Self::File(connection) => {
                let fields: Vec<_> = table
                    .columns
                    .iter()
                    .map(|column| format!("value ->> '{column}'"))
                    .collect();
                let fields = fields.join(", ");
                let text = format!("INSERT INTO {name} ({columns}) SELECT {fields} FROM json_each($1)");
                let insert = sqlx::query(AssertSqlSafe(text)).bind(array);
                insert.execute(connection).await?;
            }
            Self::Schema(connection) => {
                let rows = format!("json_populate_recordset(CAST(NULL AS {name}), CAST($1 AS JSON))");
                let text = format!("INSERT INTO {name} ({columns}) SELECT {columns} FROM {rows}");
                let insert = sqlx::query(AssertSqlSafe(text)).bind(array);
                insert.execute(&mut **connection).await?;
            }
        }
        Ok(())
    }

    /// Ends the transaction, if it is of this service alone.
    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::File(mut connection) => {
                sqlx::query("COMMIT").execute(&mut connection).await?;
                // The last connection writes the log into the file, and removes it.
                connection.close().await
            }
            Self::Schema(_) => Ok(()),
        }
    }
}
