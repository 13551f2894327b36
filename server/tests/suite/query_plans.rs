//! How SQLite executes every statement that is checked at compile time, as a snapshot per crate: one that scans a table because an
//! index was lost shows in the review of the snapshot, and not under load.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use server::compose::SERVICES;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use crate::support::{TestServer, execute};

/// A file in a crate's `.sqlx`.
#[derive(Deserialize)]
struct Prepared {
    query: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of a service, with its statements.
fn crate_of(service: &str) -> PathBuf {
    let folders = ["services", "crates"].map(|parent| root().join(parent).join(service));
    folders.into_iter().find(|folder| folder.is_dir()).unwrap()
}

/// The statements of a crate, each on one line.
fn statements(folder: &Path) -> Vec<String> {
    let files = folder.join(".sqlx").read_dir().unwrap().map(Result::unwrap);
    let read = |path: PathBuf| {
        let prepared: Prepared = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        prepared.query.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    files.map(|file| read(file.path())).collect()
}

/// A plan, as the `sqlite3` shell prints it: a line per step, indented below the step that it belongs to.
async fn plan(database: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let steps = sqlx::raw_sql(explain).fetch_all(database).await.unwrap();
    let mut depths = BTreeMap::from([(0, 0)]);
    let mut lines = Vec::new();
    for step in steps {
        let (id, parent): (i64, i64) = (step.get("id"), step.get("parent"));
        let depth = depths[&parent] + 1;
        depths.insert(id, depth);
        lines.push(format!(
            "{}{}",
            "  ".repeat(depth),
            step.get::<String, _>("detail")
        ));
    }
    lines
}

/// Statements and their plans, in the order of the statements. An INSERT of values has no plan and is left out.
async fn plans(server: &TestServer, database: &str, folder: &Path) -> String {
    // A connection of its own: EXPLAIN does not notice that the schema has changed since its connection read it.
    let file = service::file(server.folder(), database);
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for statement in statements(folder) {
        let plan = plan(&mut connection, &statement).await;
        if !plan.is_empty() {
            all.insert(statement, plan.join("\n"));
        }
    }
    connection.close().await.unwrap();
    all.iter()
        .map(|(statement, plan)| format!("{statement}\n{plan}\n"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn plans_of_all_statements_are_those_of_the_snapshots() {
    let server = TestServer::start().await;
    for service in SERVICES {
        let plans = plans(&server, service.name, &crate_of(service.name)).await;
        insta::assert_snapshot!(service.name, plans);
    }
    // Its tables are in the database of every service.
    insta::assert_snapshot!(
        "event-log",
        plans(&server, "orders", &crate_of("event-log")).await
    );
    server.finish().await;
}

/// The control: without its index, the statement that finds the unpaid orders of a buyer is seen to read all orders.
#[tokio::test]
async fn lost_index_changes_a_plan() {
    let server = TestServer::start().await;
    let folder = crate_of("orders");
    let expected = plans(&server, "orders", &folder).await;
    assert!(expected.contains("INDEX unpaid_orders_of_buyer"), "{expected}");
    execute(server.database("orders"), "DROP INDEX unpaid_orders_of_buyer").await;
    assert_ne!(plans(&server, "orders", &folder).await, expected);
    server.finish().await;
}
