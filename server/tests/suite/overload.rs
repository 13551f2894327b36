//! The responses of a server at a limit: 503 with `Retry-After`, in the format that the client accepts.

use event_log::Database;
use reqwest::Response;
use serde_json::json;
use server::compose::SERVICES;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};

use crate::support::TestServer;

const ENVELOPE: &str = r#"{"errors":[{"message":"The server is busy, try again in a moment"}]}"#;

async fn take_all(pool: &SqlitePool) -> Vec<PoolConnection<Sqlite>> {
    let mut taken = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        taken.push(pool.acquire().await.unwrap());
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
async fn searches_without_a_connection_get_503_and_nothing_else_waits() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let searches = take_all(server.database("tickets").search_reader()).await;
    let get = |path: String| server.http.get(server.url(&path)).send();
    let refused = async {
        let (page, list) = tokio::join!(get("/".to_owned()), get("/api/tickets?q=one".to_owned()));
        let page = busy(page.unwrap()).await;
        assert!(
            page.contains("Ticketing is busy") && page.contains("class=\"header\""),
            "{page}"
        );
        assert_eq!(busy(list.unwrap()).await, ENVELOPE);
    };
    let served = async {
        let (page, row) = tokio::join!(
            get(format!("/tickets/{ticket}")),
            get(format!("/api/tickets/{ticket}"))
        );
        assert_eq!(
            (page.unwrap().status().as_u16(), row.unwrap().status().as_u16()),
            (200, 200)
        );
        let order = server.person("buyer").reserve(ticket).await;
        server.deliver().await;
        let held = get(format!("/api/tickets/{ticket}")).await.unwrap();
        let held: serde_json::Value = held.json().await.unwrap();
        assert_eq!(held["orderId"], json!(order.id.to_string()));
    };
    tokio::join!(refused, served);
    drop(searches);
    assert_eq!(get("/".to_owned()).await.unwrap().status(), 200);
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
