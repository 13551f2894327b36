//! A client that sends its whole body before it listens must still read the refusal: over a real connection, a server
//! that responds early and closes would break the connection while the client is sending.
#![expect(clippy::unwrap_used, reason = "a broken set-up is a failed test")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::routing::post;
use tokio::net::TcpListener;
use web::{Json, RawField};

const LENGTH: usize = 2_000_000;
const CHUNK: usize = 1_000;

async fn serve() -> SocketAddr {
    let router = Router::new().route(
        "/",
        post(async |_: Json<std::collections::HashMap<String, RawField>>| "read"),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// Sends everything, then reads everything.
fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    for chunk in body.chunks(CHUNK) {
        stream.write_all(chunk).unwrap();
    }
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

async fn status(head: String, body: Vec<u8>) -> String {
    let address = serve().await;
    let response = tokio::task::spawn_blocking(move || exchange(address, &head, &body))
        .await
        .unwrap();
    assert!(
        response.ends_with('}') || response.ends_with("read"),
        "the body is there: {response}"
    );
    response.split(' ').nth(1).unwrap().to_owned()
}

fn in_chunks(body: &[u8]) -> Vec<u8> {
    let chunk = |chunk: &[u8]| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
    let mut encoded: Vec<u8> = body.chunks(CHUNK).flat_map(chunk).collect();
    encoded.extend_from_slice(b"0\r\n\r\n");
    encoded
}

#[tokio::test(flavor = "multi_thread")]
async fn excessive_content_length_is_refused_with_a_readable_response() {
    let json = "Content-Type: application/json";
    assert_eq!(
        status(format!("{json}\r\nContent-Length: {LENGTH}"), vec![b' '; LENGTH]).await,
        "413"
    );
    assert_eq!(
        status(format!("Content-Length: {LENGTH}"), vec![b' '; LENGTH]).await,
        "415"
    );
    assert_eq!(
        status(format!("{json}\r\nContent-Length: 2"), b"{}".to_vec()).await,
        "200"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_chunked_body_is_refused_with_a_readable_response() {
    let json = "Content-Type: application/json\r\nTransfer-Encoding: chunked";
    assert_eq!(
        status(json.to_owned(), in_chunks(&vec![b' '; LENGTH])).await,
        "413"
    );
    assert_eq!(status(json.to_owned(), in_chunks(b"{}")).await, "200");
}
