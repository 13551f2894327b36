//! Whether PostgreSQL understands the statements as SQLite does, by their descriptions: those of SQLite are in the `.sqlx` folders, and
//! sqlx describes the same texts on PostgreSQL here as it would at compile time.

use sqlx::postgres::PgColumn;
use sqlx::{AssertSqlSafe, Column as _, Either, Executor, PgConnection, SqlSafeStr, TypeInfo};
use test_support::Cluster;

use super::{crates, postgres};
use crate::support::prepared::{Column, Prepared, statements};

/// A statement that needs another text on PostgreSQL.
struct TwoTexts {
    /// The crate.
    of: &'static str,
    /// What tells it from all others.
    contains: &'static str,
    reason: &'static str,
}

const TWO_TEXTS: [TwoTexts; 1] = [TwoTexts {
    of: "tickets",
    contains: "SELECT json_group_array(json_array(",
    reason: "PostgreSQL 15 has neither function, and in later versions JSON_ARRAY is syntax that leaves out NULL: it is \
             json_agg(json_build_array(…)) there",
}];

/// The type of a value, in SQLite's words: its INTEGER is BIGINT, and BOOLEAN for a truth value.
fn kind(type_name: &str) -> &str {
    match type_name {
        "Text" => "TEXT",
        "Integer" | "INT8" | "BOOL" => "INTEGER",
        other => other,
    }
}

/// The types of Rust that a value of either kind is read as. PostgreSQL's numbers have the width that they have.
const TYPES: [&str; 3] = ["String", "bool", "i64"];

/// The type of Rust that a column's name asks for, as in `AS "status!: i64"`.
fn type_of(name: &str) -> Option<&str> {
    name.split_once(':').map(|(_, asked)| asked.trim())
}

/// Whether a column can be NULL, as the macros of sqlx decide: by the mark in its name, or as described if there is none.
fn is_nullable(name: &str, described: Option<bool>) -> bool {
    let name = name.split(':').next().unwrap_or(name).trim_end();
    match name.chars().last() {
        Some('!') => false,
        Some('?') => true,
        _ => described.unwrap_or(true),
    }
}

fn shape(name: &str, type_name: &str, nullable: Option<bool>) -> String {
    let null = if is_nullable(name, nullable) {
        " or NULL"
    } else {
        ""
    };
    format!("{name} {}{null}", kind(type_name))
}

/// Plans a statement, whose description is made without a plan if it returns nothing. A plan shows what is missing for it, such as the
/// index of ON CONFLICT.
async fn plan(connection: &mut PgConnection, prepared: &Prepared, parameters: usize) -> sqlx::Result<()> {
    let arguments = match vec!["NULL"; parameters].join(", ") {
        none if none.is_empty() => none,
        some => format!("({some})"),
    };
    let statements = format!(
        "SET plan_cache_mode = force_generic_plan; PREPARE planned AS {}\n; EXPLAIN EXECUTE planned{arguments}",
        prepared.query
    );
    let planned = sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(&mut *connection)
        .await;
    sqlx::raw_sql("DEALLOCATE planned").execute(connection).await?;
    planned.map(drop)
}

/// What PostgreSQL says otherwise than SQLite about a statement.
async fn differences(connection: &mut PgConnection, prepared: &Prepared) -> Vec<String> {
    let text = AssertSqlSafe(prepared.query.clone()).into_sql_str();
    let postgres = match (&mut *connection).describe(text).await {
        Ok(described) => described,
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();

    let Some(Either::Left(parameters)) = postgres.parameters() else {
        panic!("PostgreSQL describes every parameter");
    };
    if let Err(error) = plan(connection, prepared, parameters.len()).await {
        found.push(error.to_string());
    }
    if parameters.len() != prepared.describe.parameters.count {
        let count = prepared.describe.parameters.count;
        found.push(format!("{} parameters, not {count}", parameters.len()));
    }
    // What could be bound in SQLite, whose values have two types, could not be bound in every type of PostgreSQL.
    for (index, parameter) in parameters.iter().enumerate() {
        if !["TEXT", "INTEGER"].contains(&kind(parameter.name())) {
            found.push(format!("parameter {} is {}", index + 1, parameter.name()));
        }
    }

    let nullable = |index: usize| postgres.nullable(index);
    let column = |(index, column): (usize, &PgColumn)| {
        shape(column.name(), column.type_info().name(), nullable(index))
    };
    let columns: Vec<_> = postgres.columns().iter().enumerate().map(column).collect();
    let sqlite = &prepared.describe;
    let column =
        |(column, nullable): (&Column, &Option<bool>)| shape(&column.name, &column.type_info, *nullable);
    let expected: Vec<_> = sqlite.columns.iter().zip(&sqlite.nullable).map(column).collect();
    if columns != expected {
        found.push(format!("columns {columns:?}, not {expected:?}"));
    }
    for column in &sqlite.columns {
        if type_of(&column.name).is_some_and(|asked| !TYPES.contains(&asked)) {
            found.push(format!(
                "column {:?}, of none of the types {TYPES:?}",
                column.name
            ));
        }
    }
    found
}

#[tokio::test]
async fn every_statement_is_understood_by_postgresql() {
    let database = Cluster::shared().database();
    let mut failures = Vec::new();
    let mut exceptions = 0;
    for name in crates() {
        let mut connection = postgres(&database, name).await;
        for prepared in statements(name) {
            let differences = differences(&mut connection, &prepared).await;
            let line = prepared.line();
            let is_exception = |two: &&TwoTexts| two.of == name && line.contains(two.contains);
            let exception = TWO_TEXTS.iter().find(is_exception);
            exceptions += usize::from(exception.is_some());
            match exception {
                None if differences.is_empty() => {}
                None => failures.push(format!("{name}: {line}\n    {}", differences.join("\n    "))),
                Some(two) if differences.is_empty() => {
                    failures.push(format!(
                        "{name}: {line}\n    needs no second text, although {}",
                        two.reason
                    ));
                }
                Some(_) => {}
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} statements:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert_eq!(
        exceptions,
        TWO_TEXTS.len(),
        "an exception is of no statement, or of several"
    );
}

/// The control: what differs is found, and nothing else.
#[tokio::test]
async fn statement_that_means_something_else_is_found() {
    let database = Cluster::shared().database();
    let mut connection = postgres(&database, "orders").await;
    let described = |query: &str, columns: &[(&str, &str, Option<bool>)], count: usize| {
        let nullable: Vec<_> = columns.iter().map(|column| column.2).collect();
        let columns: Vec<_> = columns
            .iter()
            .map(|(name, type_info, _)| serde_json::json!({ "name": name, "type_info": type_info }))
            .collect();
        let describe =
            serde_json::json!({ "columns": columns, "parameters": { "Right": count }, "nullable": nullable });
        serde_json::from_value(serde_json::json!({ "query": query, "describe": describe })).unwrap()
    };
    let id = [("id", "Text", Some(false))];
    let paid = [("paid_at", "Integer", Some(true))];
    let total = |name: &'static str| [(name, "Integer", Some(false))];
    let table: [(&str, Prepared, &str); 11] = [
        (
            "same",
            described("SELECT id FROM orders WHERE id = $1", &id, 1),
            "",
        ),
        (
            "same, NULL",
            described("SELECT paid_at FROM orders", &paid, 0),
            "",
        ),
        (
            "truth value",
            described("SELECT bars_refund FROM disputes", &total("bars_refund"), 0),
            "",
        ),
        (
            "marked as not NULL",
            described(
                "SELECT paid_at AS \"at!: i64\" FROM orders",
                &total("at!: i64"),
                0,
            ),
            "",
        ),
        (
            "syntax",
            described("SELECT id FROM orders WHERE id = ?", &id, 1),
            "syntax error",
        ),
        (
            "truth value as a number",
            described("SELECT id FROM disputes WHERE bars_refund = 1", &id, 0),
            "operator does not exist",
        ),
        (
            "key of a conflict",
            described(
                "INSERT INTO disputes (id) VALUES ($1) ON CONFLICT (status) DO NOTHING",
                &[],
                1,
            ),
            "no unique or exclusion constraint",
        ),
        (
            "type",
            described(
                "SELECT sum(version) AS \"v!: i64\" FROM orders",
                &total("v!: i64"),
                0,
            ),
            "NUMERIC",
        ),
        (
            "type of Rust",
            described("SELECT version AS \"v: u16\" FROM orders", &total("v: u16"), 0),
            "of none of the types",
        ),
        (
            "NULL",
            described("SELECT paid_at FROM orders", &total("paid_at"), 0),
            "paid_at INTEGER or NULL",
        ),
        (
            "parameters",
            described("SELECT id FROM orders WHERE id = $1", &id, 2),
            "1 parameters, not 2",
        ),
    ];
    for (what, prepared, expected) in table {
        let found = differences(&mut connection, &prepared).await.join("; ");
        assert_eq!(found.is_empty(), expected.is_empty(), "{what}: {found}");
        assert!(found.contains(expected), "{what}: {found}");
    }
}
