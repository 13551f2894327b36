//! How SQLite executes every statement that is checked at compile time, as a snapshot per crate: one that scans a table because an
//! index was lost shows in the review of the snapshot, and not under load.

use std::collections::BTreeMap;

use server::compose::SERVICES;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use crate::support::prepared::statements;
use crate::support::{TestServer, execute};

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

/// The statements of a crate and their plans, in the order of the statements. An INSERT of values has no plan and is left out.
async fn plans(server: &TestServer, database: &str, name: &str) -> String {
    // A connection of its own: EXPLAIN does not notice that the schema has changed since its connection read it.
    let file = service::file(server.folder(), database);
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let mut all = BTreeMap::new();
    for prepared in statements(name) {
        let statement = prepared.line();
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
        let plans = plans(&server, service.name, service.name).await;
        insta::assert_snapshot!(service.name, plans);
    }
    // Its tables are in the database of every service.
    insta::assert_snapshot!("event-log", plans(&server, "orders", "event-log").await);
    server.finish().await;
}

/// The control: without its index, the statement that finds the unpaid orders of a buyer is seen to read all orders.
#[tokio::test]
async fn lost_index_changes_a_plan() {
    let server = TestServer::start().await;
    let expected = plans(&server, "orders", "orders").await;
    assert!(expected.contains("INDEX unpaid_orders_of_buyer"), "{expected}");
    execute(server.database("orders"), "DROP INDEX unpaid_orders_of_buyer").await;
    assert_ne!(plans(&server, "orders", "orders").await, expected);
    server.finish().await;
}
