//! The responses of a server at a limit: 503 with `Retry-After`, in the format that the client accepts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use event_log::Database;
use event_log::sql::Pool;
use reqwest::Response;
use serde_json::json;
use server::compose::SERVICES;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Sqlite, SqliteConnection};
use tempfile::TempDir;

use crate::support::process::Process;
use crate::support::{TestServer, client};

const ENVELOPE: &str = r#"{"errors":[{"message":"The server is busy, try again in a moment"}]}"#;

async fn take_all(pool: &Pool) -> Vec<PoolConnection<Sqlite>> {
    let mut taken = Vec::new();
    for _ in 0..pool.as_sqlite().unwrap().options().get_max_connections() {
        taken.push(pool.as_sqlite().unwrap().acquire().await.unwrap());
    }
    taken
}

/// Locks a database like another process that writes without end.
async fn lock(server: &TestServer, database: &Database) -> SqliteConnection {
    let path = server.folder().join(format!("{}.sqlite", database.name()));
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// The body of a 503 with `Retry-After`.
async fn busy(response: Response) -> String {
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
    response.text().await.unwrap()
}

#[tokio::test]
async fn reads_without_a_connection_get_503_and_nothing_else_waits() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let orders = server.database("orders");
    let (rows, sums) = (
        take_all(orders.reader()).await,
        take_all(orders.search_reader()).await,
    );
    let refused = async {
        let (page, list) = tokio::join!(seller.get("/sales"), buyer.get("/api/orders"));
        let page = busy(page).await;
        assert!(
            page.contains("Ticketing is busy") && page.contains("class=\"header\""),
            "{page}"
        );
        assert_eq!(busy(list).await, ENVELOPE);
    };
    let get = |path: String| server.http.get(server.url(&path)).send();
    let served = async {
        for path in ["/".to_owned(), "/?q=one".to_owned(), format!("/tickets/{ticket}")] {
            assert_eq!(get(path).await.unwrap().status(), 200);
        }
        let order = buyer.reserve(ticket).await;
        server.deliver().await;
        let held = get(format!("/api/tickets/{ticket}")).await.unwrap();
        let held: serde_json::Value = held.json().await.unwrap();
        assert_eq!(held["orderId"], json!(order.id.to_string()));
    };
    tokio::join!(refused, served);
    drop((rows, sums));
    assert_eq!(seller.get("/sales").await.status(), 200);
    server.finish().await;
}

#[tokio::test]
async fn every_service_responds_503_while_its_database_is_locked() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let other = server.listed_by(&seller, "Another one", "20").await;
    let mut locks = Vec::new();
    for service in SERVICES {
        let database = server.database(service.name);
        locks.push(lock(&server, database).await);
    }
    let form = server
        .http
        .post(server.url("/fn/auth/signup"))
        .header("accept", "application/json")
        .form(&[("email", "new@example.com"), ("password", "a fine password")])
        .send();
    let (listing, ordering, paying) = (
        json!({ "title": "A third one", "price": 1 }),
        json!({ "ticketId": other }),
        json!({ "orderId": order.id, "token": "tok_visa" }),
    );
    let (form, listed, ordered, paid, ready) = tokio::join!(
        form,
        seller.post("/api/tickets", &listing),
        buyer.post("/api/orders", &ordering),
        buyer.post("/api/payments", &paying),
        server.http.get(server.url("/readyz")).send(),
    );
    assert_eq!(busy(form.unwrap()).await, "\"Busy\"");
    for refused in [listed, ordered, paid] {
        assert_eq!(busy(refused).await, ENVELOPE);
    }
    assert_eq!(ready.unwrap().status(), 503);
    for lock in &mut locks {
        sqlx::query("ROLLBACK").execute(lock).await.unwrap();
    }
    assert_eq!(seller.post("/api/tickets", &listing).await.status(), 201);
    server.finish().await;
}

#[tokio::test]
async fn busy_page_tries_again_by_itself() {
    let server = TestServer::start().await;
    let rows = take_all(server.database("orders").reader()).await;
    let page = server.person("seller").get("/sales").await;
    assert_eq!(page.headers()["refresh"], "5");
    let page = busy(page).await;
    assert!(page.contains("This page tries again by itself"), "{page}");
    drop(rows);
    server.finish().await;
}

/// Many clients load pages, each again as soon as it has one: more than the processor can render.
#[tokio::test(flavor = "multi_thread")]
async fn server_that_does_not_keep_up_refuses_at_once_and_serves_again() {
    const CLIENTS: usize = 400;
    const LIMIT: Duration = Duration::from_mins(3);
    let folder = TempDir::new().unwrap();
    let process = Process::start(folder.path(), &[]).await;
    let is_refused = Arc::new(AtomicBool::new(false));
    let load = (0..CLIENTS).map(|_| {
        let (page, is_refused) = (format!("{}/auth/signin", process.base), Arc::clone(&is_refused));
        let client = client(reqwest::redirect::Policy::none());
        tokio::spawn(async move {
            while !is_refused.load(Ordering::Relaxed) {
                let response = client.get(&page).send().await.unwrap();
                if response.status() != 200 {
                    assert!(busy(response).await.contains("Ticketing is busy"));
                    is_refused.store(true, Ordering::Relaxed);
                }
            }
        })
    });
    let load = load.collect::<Vec<_>>();
    let probe = client(reqwest::redirect::Policy::none());
    let refused = async {
        while !is_refused.load(Ordering::Relaxed) {
            let alive = probe.get(format!("{}/livez", process.base)).send().await.unwrap();
            assert_eq!(alive.status(), 200);
        }
    };
    let in_time = tokio::time::timeout(LIMIT, refused).await;
    in_time.expect("this machine renders for 400 clients without falling behind");
    for task in load {
        task.await.unwrap();
    }
    while probe
        .get(format!("{}/auth/signin", process.base))
        .send()
        .await
        .unwrap()
        .status()
        != 200
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    process.terminate().await;
}
