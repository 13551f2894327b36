//! Every response carries the id of its request.

use crate::support::{TestServer, raw};

const PATHS: [&str; 7] = [
    "/",
    "/nothing/here",
    "/livez",
    "/api/tickets",
    "/api/nothing",
    "/pkg/there.txt",
    "/api/tickets?q=%FF",
];

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let server = TestServer::start().await;
    let mut ids = Vec::new();
    for path in PATHS {
        let response = reqwest::get(server.url(path)).await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 36, "{path}: {id}");
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), PATHS.len());
    server.finish().await;
}

#[tokio::test]
async fn valid_external_id_is_kept() {
    let server = TestServer::start().await;
    let ask = |id: &'static str| {
        server
            .http
            .get(server.url("/livez"))
            .header("x-request-id", id)
            .send()
    };
    let kept = ask("order-4711").await.unwrap();
    assert_eq!(kept.headers()["x-request-id"], "order-4711");
    for id in ["two words", "\"quoted\"", "a=b"] {
        let replaced = ask(id).await.unwrap();
        assert_eq!(replaced.headers().get_all("x-request-id").iter().count(), 1);
        assert_ne!(replaced.headers()["x-request-id"], id);
    }
    server.finish().await;
}

#[tokio::test]
async fn refused_request_has_an_id_too() {
    let server = TestServer::start().await;
    let head = format!(
        "POST /api/orders HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: cross-site\r\n",
        server.address
    );
    let reply = raw(
        server.address,
        format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n"),
    )
    .await;
    assert!(reply.starts_with("HTTP/1.1 403"), "{reply}");
    assert!(
        reply.to_ascii_lowercase().contains("\r\nx-request-id: "),
        "{reply}"
    );
    server.finish().await;
}
