//! A server that is stopped leaves files that agree with each other.

use serde_json::{Value, json};
use std::time::Duration;
use tokio::process::Command;

use crate::kill::sweep;
use crate::support::process::Process;
use crate::support::{TestServer, storage};

/// Tickets that one round lists, all at once.
const TICKETS: usize = 40;

/// Lists tickets, and reserves each as soon as that can be. When it returns, the events of the last ones are still in transit.
async fn keep_busy(server: &Process) {
    let http = reqwest::Client::builder()
        .no_proxy()
        .cookie_store(true)
        .build()
        .unwrap();
    let account = json!({ "email": "somebody@example.com", "password": "a fine password" });
    let post = async |path: &str, body: &Value| {
        let sent = http.post(format!("{}{path}", server.base)).json(body).send();
        sent.await.unwrap()
    };
    assert_eq!(post("/api/users/signup", &account).await.status(), 201);
    let listed = (0..TICKETS).map(|number| async move {
        let ticket = json!({ "title": format!("Ticket {number}"), "price": 20 });
        assert_eq!(post("/api/tickets", &ticket).await.status(), 201);
    });
    futures::future::join_all(listed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_every_check_passes_despite_events_in_transit() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let server = Process::start(folder.path(), &[]).await;
        keep_busy(&server).await;
        server.terminate().await;
        let checked = sweep::check(folder.path()).await;
        let report = String::from_utf8(checked.stdout).unwrap();
        assert!(checked.status.success(), "{report}");
    }
}

#[tokio::test]
async fn final_delivery_includes_resulting_events() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "12.50").await;
    buyer.reserve(ticket).await;
    let failed = async || {
        let findings = server::check::check(storage(server.folder()), server.now_ms())
            .await
            .unwrap()
            .findings;
        let failed = findings.into_iter().filter(|finding| !finding.holds());
        failed.map(|finding| finding.name).collect::<Vec<_>>()
    };
    let before = failed().await;
    let expected = "Every event of orders has been delivered to tickets".to_owned();
    assert!(before.contains(&expected), "{before:?}");
    // The order holds the ticket, and the orders service consumes the event of that in turn.
    server
        .marketplace
        .runtime
        .deliver_remaining(Duration::from_mins(1))
        .await;
    assert_eq!(failed().await, Vec::<String>::new());
    server.finish().await;
}

#[tokio::test]
async fn final_delivery_without_time_is_abandoned() {
    let server = TestServer::start().await;
    server.person("seller").list("Concert", "12.50").await;
    server.marketplace.runtime.deliver_remaining(Duration::ZERO).await;
    server.finish().await;
}

#[tokio::test]
async fn sighup_stops_a_server_as_sigterm_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    keep_busy(&server).await;
    server.stop_by("HUP").await;
    let checked = sweep::check(folder.path()).await;
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test]
async fn server_under_nohup_ignores_sighup() {
    const SIGHUP: u64 = 1;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        r#"trap "" HUP; exec "$0" "$@""#,
        env!("CARGO_BIN_EXE_ticketing"),
    ]);
    let server = Process::started(command, folder.path(), "warn", &[]).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    assert_eq!(ignored & SIGHUP, SIGHUP, "{status}");
    server.terminate().await;
}
