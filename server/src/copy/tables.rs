//! The tables of a service, in either database.

use std::collections::BTreeSet;

use event_log::sql::{unchecked, unchecked_scalar};
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

/// A table, and the columns that can be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: BTreeSet<String>,
}

/// The column by which rows are inserted in order: sequences without gaps are enforced by the database.
const SEQUENCE: &str = "sequence";

impl Table {
    fn new(name: String, columns: Vec<String>) -> Self {
        Self {
            name,
            columns: columns.into_iter().collect(),
        }
    }

    /// The columns, separated by commas. None needs quotes.
    pub(super) fn column_list(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        columns.join(", ")
    }

    /// The end of a query for all rows.
    pub(super) fn order(&self) -> &'static str {
        if self.columns.contains(SEQUENCE) {
            " ORDER BY sequence"
        } else {
            ""
        }
    }
}

/// The tables of a file, without those of migrations, of which each database has its own.
pub(super) async fn of_file(connection: &mut SqliteConnection) -> Result<Vec<Table>, sqlx::Error> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
        AND name NOT LIKE '%!_migrations' ESCAPE '!'";
    let names: Vec<String> = unchecked_scalar(names).fetch_all(&mut *connection).await?;
    let mut tables = Vec::new();
    for name in names {
        // Others are computed.
        let columns = format!("SELECT name FROM pragma_table_xinfo('{name}') WHERE hidden = 0");
        let columns = unchecked_scalar(AssertSqlSafe(columns));
        tables.push(Table::new(name, columns.fetch_all(&mut *connection).await?));
    }
    Ok(tables)
}

/// The same of the schema that a connection has on its search path.
pub(super) async fn of_schema(connection: &mut PgConnection) -> Result<Vec<Table>, sqlx::Error> {
    let names = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT LIKE '%!_migrations' ESCAPE '!'";
    let names: Vec<String> = unchecked_scalar(names).fetch_all(&mut *connection).await?;
    let mut tables = Vec::new();
    for name in names {
        let columns = "SELECT CAST(column_name AS TEXT) FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'";
        let columns = unchecked_scalar(columns).bind(&name);
        tables.push(Table::new(
            name.clone(),
            columns.fetch_all(&mut *connection).await?,
        ));
    }
    parents_first(connection, tables).await
}

/// Orders tables so that each comes after those that its foreign keys reference.
async fn parents_first(
    connection: &mut PgConnection,
    mut tables: Vec<Table>,
) -> Result<Vec<Table>, sqlx::Error> {
    let keys = "SELECT CAST(child.relname AS TEXT), CAST(parent.relname AS TEXT) FROM pg_constraint
        JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid
        WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)";
    let keys: Vec<(String, String)> = unchecked(keys).fetch_all(connection).await?;
    let mut ordered: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let parents = keys.iter().filter(|(child, _)| *child == table.name);
            let mut parents = parents.map(|(_, parent)| parent);
            parents
                .any(|parent| *parent != table.name && !ordered.iter().any(|before| before.name == *parent))
        };
        let (waiting, mut ready): (Vec<_>, Vec<_>) = tables.into_iter().partition(waits);
        tables = waiting;
        if ready.is_empty() {
            // Keys in a circle: no order would do, and the database says so.
            ready.append(&mut tables);
        }
        ordered.append(&mut ready);
    }
    Ok(ordered)
}
