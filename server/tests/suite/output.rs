//! The server keeps working when its output is not read: the reader has gone, or does not read, or never existed.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::client;
use crate::support::process::Process;

fn ticketing() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
}

/// Uses every task of the server: an account, a ticket, an order that the tickets service consumes. Then it must still be
/// able to stop.
async fn use_and_stop(server: Process) {
    let http = reqwest::Client::builder()
        .no_proxy()
        .cookie_store(true)
        .timeout(Duration::from_mins(1))
        .build()
        .unwrap();
    let post = async |path: &str, body: Value| {
        let sent = http
            .post(format!("{}{path}", server.base))
            .json(&body)
            .send()
            .await;
        sent.expect("the request was not answered")
    };
    let account = json!({ "email": "somebody@example.com", "password": "a fine password" });
    assert_eq!(post("/api/users/signup", account).await.status(), 201);
    let ticket = post("/api/tickets", json!({ "title": "Opera", "price": 20 })).await;
    assert_eq!(ticket.status(), 201);
    let ticket: Value = ticket.json().await.unwrap();
    server.wait_until_delivered().await;
    let account = json!({ "email": "buyer@example.com", "password": "a fine password" });
    assert_eq!(post("/api/users/signup", account).await.status(), 201);
    let order = post("/api/orders", json!({ "ticketId": ticket["id"] })).await;
    assert_eq!(order.status(), 201);
    server.wait_until_delivered().await;
    let seen = http.get(format!(
        "{}/api/tickets/{}",
        server.base,
        ticket["id"].as_str().unwrap()
    ));
    let seen: Value = seen.send().await.unwrap().json().await.unwrap();
    assert!(seen["orderId"].is_string(), "the relay is dead: {seen}");
    let ready = http.get(format!("{}/readyz", server.base)).send().await.unwrap();
    let ready: Value = ready.json().await.unwrap();
    let tasks = ready["tasks"].as_array().unwrap();
    assert!(
        tasks
            .iter()
            .all(|task| task["state"] == "running" && task["restarts"] == 0),
        "{ready}"
    );
    server.terminate().await;
}

#[tokio::test]
async fn closed_log_reader_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = ticketing();
    command.stderr(Stdio::piped());
    let mut server = Process::started(command, folder.path(), "debug", &[]).await;
    server.close_output();
    use_and_stop(server).await;
}

#[tokio::test]
async fn stalled_log_reader_blocks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = ticketing();
    command.stderr(Stdio::piped());
    let server = Process::started(command, folder.path(), "trace", &[]).await;
    // A pipe takes 64 KiB, and one page as a trace of all that the server does is more than that.
    let http = client(reqwest::redirect::Policy::none());
    for _ in 0..20 {
        let page = http.get(&server.base).send().await.unwrap();
        assert_eq!(page.status(), 200);
    }
    use_and_stop(server).await;
}

#[tokio::test]
async fn standard_output_and_error_may_be_closed_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    // If anything listens on the port that was just free, it is this server, or the server does not start.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        r#"exec "$0" "$@" >&- 2>&-"#,
        env!("CARGO_BIN_EXE_ticketing"),
    ]);
    let listen = format!("127.0.0.1:{port}");
    let server = Process::started_silently(command, folder.path(), &listen).await;
    use_and_stop(server).await;
}
