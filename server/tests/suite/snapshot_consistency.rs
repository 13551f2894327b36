//! A file of the data directory that is older than the others: no server starts on it, and every command reports it.

use std::path::Path;

use serde_json::{Value, json};
use server::compose::SERVICES;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::support::command::{run, stdout};
use crate::support::process::Process;
use crate::support::{TestServer, execute};

/// Which file is older, and one that has consumed its events.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let relays = service::relay_endpoints(&SERVICES).into_iter();
    relays.map(|relay| (relay.source.name, relay.consumer.name))
}

/// Every database gets events: an account, a ticket, an order, a payment.
async fn trade(server: &TestServer, number: usize) {
    let account = json!({ "email": format!("ada{number}@example.com"), "password": "a fine password" });
    let signed_up = server.http.post(server.url("/api/users/signup")).json(&account);
    assert_eq!(signed_up.send().await.unwrap().status(), 201);
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let payment = json!({ "orderId": order.id, "token": "tok_visa" });
    assert_eq!(buyer.post("/api/payments", &payment).await.status(), 201);
    server.deliver().await;
}

/// The databases of a stopped server, after some trade and after more of it.
async fn older_and_newer() -> (TempDir, TempDir) {
    let server = TestServer::start().await;
    trade(&server, 1).await;
    let folder = server.finish().await;
    let older = TempDir::new().unwrap();
    copy_databases(folder.path(), older.path());
    let server = TestServer::start_in(folder).await;
    trade(&server, 2).await;
    trade(&server, 3).await;
    (older, server.finish().await)
}

fn copy_databases(from: &Path, to: &Path) {
    for service in SERVICES {
        let file = format!("{}.sqlite", service.name);
        std::fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// Runs every read-only command on a directory.
async fn assert_refused(folder: &Path, expected: &str) {
    let refusal = Process::refused(folder).await;
    assert!(refusal.contains(expected), "{refusal}");
    assert!(refusal.contains("ticketing restore"), "{refusal}");
    let checked = run(&["check"], folder);
    assert!(!checked.status.success());
    assert!(stdout(&checked).contains(expected), "{}", stdout(&checked));
    let listed = run(&["events"], folder);
    assert!(!listed.status.success());
    assert!(stdout(&listed).contains(expected), "{}", stdout(&listed));
}

#[tokio::test(flavor = "multi_thread")]
async fn server_refuses_a_file_that_is_older_than_the_others() {
    let (older, newer) = older_and_newer().await;
    for (source, consumer) in pairs() {
        let folder = TempDir::new().unwrap();
        copy_databases(newer.path(), folder.path());
        let file = format!("{source}.sqlite");
        std::fs::copy(older.path().join(&file), folder.path().join(&file)).unwrap();
        let expected = format!("the {source} database is older than the {consumer} database");
        assert_refused(folder.path(), &expected).await;
    }
    // Alone, each of the two directories is intact.
    for folder in [older.path(), newer.path()] {
        assert!(run(&["events"], folder).status.success());
        Process::start(folder, &[]).await.terminate().await;
    }
}

/// The older file is written to until it has as many events as the others have consumed.
#[tokio::test(flavor = "multi_thread")]
async fn server_refuses_an_older_file_that_has_caught_up() {
    let (older, newer) = older_and_newer().await;
    for (source, consumer) in pairs() {
        let folder = TempDir::new().unwrap();
        copy_databases(newer.path(), folder.path());
        let file = folder.path().join(format!("{source}.sqlite"));
        std::fs::copy(older.path().join(file.file_name().unwrap()), &file).unwrap();
        append_events(&file, 100).await;
        let expected =
            format!("the {source} database is not the one whose events the {consumer} database has consumed");
        assert_refused(folder.path(), &expected).await;
    }
}

async fn append_events(file: &Path, count: usize) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    for number in 0..count {
        sqlx::query(
            "INSERT INTO events (sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload)
             VALUES ((SELECT max(sequence) + 1 FROM events), printf('%036d', $1), 'some:thing', 'written anew', $1, 0, '{}')",
        )
        .bind(i64::try_from(number).unwrap())
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_names_every_source_that_is_older_than_its_consumer() {
    let server = TestServer::start().await;
    trade(&server, 1).await;
    let state = async || -> (u16, Value) {
        let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
        (ready.status().as_u16(), ready.json().await.unwrap())
    };
    let (status, ready) = state().await;
    assert_eq!((status, &ready["status"]), (200, &json!("ready")), "{ready}");
    for report in server.marketplace.runtime.relay_reports().await {
        let (source, consumer) = (report.source, report.consumer);
        let advance = format!("UPDATE cursors SET position = position + 14 WHERE source = '{source}'");
        assert_eq!(execute(server.database(consumer), &advance).await, 1, "{source}");
        let (status, ready) = state().await;
        assert_eq!((status, &ready["status"]), (503, &json!("unavailable")));
        let relays = ready["relays"].as_array().unwrap();
        let relay = relays
            .iter()
            .find(|relay| relay["source"] == source && relay["consumer"] == consumer)
            .unwrap();
        let expected = format!("the {source} database is older than the {consumer} database");
        let divergence = relay["divergence"].as_str().unwrap();
        assert!(divergence.contains(&expected), "{divergence}");
        assert_eq!(relay["lag"], 0);
    }
}
