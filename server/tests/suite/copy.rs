//! A marketplace is moved from a data directory to PostgreSQL and back.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tempfile::TempDir;
use test_support::{Cluster, TestDatabase};

use crate::support::command::{stderr, stdout};
use crate::support::process::Process;

fn ticketing(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .args(arguments)
        .output()
        .unwrap()
}

fn copy(from: &str, to: &str) -> Output {
    ticketing(&["copy", "--from", from, "--to", to])
}

fn text(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

/// A marketplace with users, tickets, orders, payments and refunds, whose server has stopped.
async fn marketplace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    folder
}

/// All rows of all files, as JSON, by service and table. Without for how long each database was open, which a command adds to.
async fn rows(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for service in server::compose::SERVICES {
        let file = service::file(folder, service.name);
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%_migrations' AND name NOT LIKE 'sqlite_%' AND name <> 'age'";
        let tables: Vec<String> = sqlx::query_scalar(tables)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for table in tables {
            let columns = format!(
                "SELECT group_concat('''' || name || ''', ' || name, ', ') FROM pragma_table_xinfo('{table}')"
            );
            let columns: String = sqlx::query_scalar(AssertSqlSafe(columns))
                .fetch_one(&mut connection)
                .await
                .unwrap();
            let objects = format!("SELECT json_object({columns}) AS row FROM {table} ORDER BY row");
            let objects: Vec<String> = sqlx::query_scalar(AssertSqlSafe(objects))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            found.insert(format!("{}.{table}", service.name), objects);
        }
    }
    found
}

fn copied_to_postgres(folder: &Path) -> TestDatabase<'static> {
    let database = Cluster::shared().database();
    let copied = copy(text(folder), &database.url());
    assert!(copied.status.success(), "{}{}", stdout(&copied), stderr(&copied));
    database
}

#[tokio::test(flavor = "multi_thread")]
async fn copy_to_postgres_and_back_has_every_row() {
    let original = marketplace().await;
    let database = copied_to_postgres(original.path());
    let checked = ticketing(&["check", "--database", &database.url()]);
    assert!(
        checked.status.success(),
        "{}{}",
        stdout(&checked),
        stderr(&checked)
    );

    let above = tempfile::tempdir().unwrap();
    let back = above.path().join("back");
    let copied = copy(&database.url(), text(&back));
    assert!(copied.status.success(), "{}{}", stdout(&copied), stderr(&copied));
    let before = rows(original.path()).await;
    assert!(before["orders.orders"].len() > 1 && !before["payments.payments"].is_empty());
    assert_eq!(rows(&back).await, before);
    let checked = ticketing(&["check", "--data-dir", text(&back)]);
    assert!(checked.status.success(), "{}", stdout(&checked));
}

/// The same sign-in, and the next ticket gets the next event.
#[tokio::test(flavor = "multi_thread")]
async fn server_on_the_copy_continues_where_the_other_stopped() {
    let original = marketplace().await;
    let database = copied_to_postgres(original.path());
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &["--database", &database.url()]).await;
    let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let url = |path: &str| format!("{}{path}", server.base);
    let listed: Vec<Value> = client
        .get(url("/api/tickets"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(!listed.is_empty());
    let account = json!({ "email": "ada@example.com", "password": "demo: analytical engine" });
    let signed_in = client
        .post(url("/api/users/signin"))
        .json(&account)
        .send()
        .await
        .unwrap();
    assert_eq!(
        signed_in.status(),
        StatusCode::OK,
        "{}",
        signed_in.text().await.unwrap()
    );
    let ticket = json!({ "title": "After the move", "price": "20" });
    let created = client
        .post(url("/api/tickets"))
        .json(&ticket)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    server.wait_until_delivered().await;
    // While it runs, too.
    let checked = ticketing(&["check", "--database", &database.url()]);
    assert!(
        checked.status.success(),
        "{}{}",
        stdout(&checked),
        stderr(&checked)
    );
    let events = ticketing(&["events", "--database", &database.url()]);
    assert!(events.status.success(), "{}", stderr(&events));
    server.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_what_is_wrong_on_postgres() {
    let original = marketplace().await;
    let database = copied_to_postgres(original.path());
    database
        .execute("UPDATE tickets.tickets SET price_cents = price_cents + 1 WHERE id = (SELECT min(id) FROM tickets.tickets)")
        .unwrap();
    let checked = ticketing(&["check", "--database", &database.url()]);
    assert_eq!(checked.status.code(), Some(1), "{}", stderr(&checked));
    let expected = "FAILED  The ticket replica in orders matches tickets";
    assert!(stdout(&checked).contains(expected), "{}", stdout(&checked));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_copied_over_a_marketplace() {
    let original = marketplace().await;
    let database = copied_to_postgres(original.path());
    for (from, to) in [
        (text(original.path()), database.url().as_str()),
        (database.url().as_str(), text(original.path())),
    ] {
        let refused = copy(from, to);
        assert!(!refused.status.success());
        assert!(stderr(&refused).contains("is not empty"), "{}", stderr(&refused));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_copied_while_a_server_runs() {
    let original = marketplace().await;
    let empty = Cluster::shared().database();
    let server = Process::start(original.path(), &[]).await;
    let refused = copy(text(original.path()), &empty.url());
    assert!(
        stderr(&refused).contains("in use by another server"),
        "{}",
        stderr(&refused)
    );
    server.terminate().await;

    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &["--database", &empty.url()]).await;
    while server.readiness().await["databases"]
        .as_array()
        .unwrap()
        .iter()
        .any(|database| database["leads"] == false)
    {
        tokio::task::yield_now().await;
    }
    let target = folder.path().join("copy");
    for (from, to) in [
        (text(original.path()), empty.url().as_str()),
        (empty.url().as_str(), text(&target)),
    ] {
        let refused = copy(from, to);
        assert!(
            stderr(&refused).contains("Stop all servers first"),
            "{}",
            stderr(&refused)
        );
    }
    assert!(!target.exists());
    server.terminate().await;
}

/// A row that the target refuses, after others were inserted.
#[tokio::test(flavor = "multi_thread")]
async fn copy_that_fails_leaves_nothing() {
    let original = marketplace().await;
    let file = service::file(original.path(), "payments");
    let mut connection = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file))
        .await
        .unwrap();
    // SQLite takes what PostgreSQL cannot store.
    sqlx::query("UPDATE payments SET last_error = char(0)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let database = Cluster::shared().database();
    let refused = copy(text(original.path()), &database.url());
    assert!(!refused.status.success());
    assert!(
        stderr(&refused).contains("Nothing was copied"),
        "{}",
        stderr(&refused)
    );
    let users = database.execute("SELECT count(*) FROM auth.users").unwrap();
    let events = database.execute("SELECT count(*) FROM tickets.events").unwrap();
    assert_eq!((users.as_str(), events.as_str()), ("0", "0"));
}

#[test]
fn misuse_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    for (from, to, expected) in [
        (
            text(&nowhere),
            "postgres://localhost/shop",
            "there is no marketplace in",
        ),
        (text(&nowhere), text(folder.path()), "`ticketing backup`"),
        (
            text(&nowhere),
            "mysql://ada:secret@localhost/shop",
            "--to: a database URL starts with postgres://",
        ),
    ] {
        let refused = copy(from, to);
        assert_eq!(refused.status.code(), Some(1));
        assert!(stderr(&refused).contains(expected), "{}", stderr(&refused));
        assert!(!stderr(&refused).contains("secret"));
    }
    let empty = Cluster::shared().database();
    for command in ["check", "events"] {
        let refused = ticketing(&[command, "--database", &empty.url()]);
        let expected = "has no schema auth with an event log";
        assert!(stderr(&refused).contains(expected), "{}", stderr(&refused));
    }
    assert_eq!(
        empty.execute("SELECT to_regnamespace('auth') IS NULL").unwrap(),
        "t"
    );
}
