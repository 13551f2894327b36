//! A stopping server: it does not wait for half-sent requests, and responds to those that it has started.

use std::time::Duration;

use server::connections::ConnectionLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::connections::{open, read_until, start, until_closed, without_timeouts};
use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn stopping_server_does_not_wait_for_incomplete_requests() {
    let server = start(ConnectionLimits {
        drain_body_timeout: Duration::from_millis(50),
        ..without_timeouts()
    })
    .await;
    let request = "GET /livez HTTP/1.1\r\nHost: a.example\r\n\r\n";
    let mut waiting = Vec::new();
    for half in ["", "GET /livez HTTP/1.1\r\n"] {
        waiting.push(open(&server, half).await);
    }
    for rest in ["", "GET /li"] {
        let mut idle = open(&server, request).await;
        read_until(&mut idle, "HTTP/1.1 200").await;
        idle.write_all(rest.as_bytes()).await.unwrap();
        waiting.push(idle);
    }
    let half_a_body = "POST /api/users/signin HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n\
        Content-Length: 99\r\n\r\n{";
    waiting.push(open(&server, half_a_body).await);
    let mut stream = open(&server, "GET /live HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    read_until(&mut stream, "text/event-stream").await;
    // It fails when the server takes longer than 20 seconds.
    server.finish().await;
    for connection in waiting {
        until_closed(connection).await;
    }
}

/// Neither a reader that takes nothing of its response, nor one that takes a little now and then.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_server_does_not_wait_for_slow_readers() {
    const LENGTH: usize = 32 * 1024 * 1024;
    let limits = ConnectionLimits {
        drain_send_timeout: Duration::from_millis(200),
        ..without_timeouts()
    };
    let folder = TestServer::folder_with("/pkg/large.bin", vec![b'x'; LENGTH]);
    let server = TestServer::start_with(folder, limits).await;
    let request = "GET /pkg/large.bin HTTP/1.1\r\nHost: a.example\r\n\r\n";
    let mut readers = Vec::new();
    for _ in 0..2 {
        let mut reader = open(&server, request).await;
        read_until(&mut reader, "HTTP/1.1 200").await;
        readers.push(reader);
    }
    let mut dawdling = readers.remove(0);
    let dawdle = tokio::spawn(async move {
        let mut sip = [0; 256];
        while dawdling.read(&mut sip).await.is_ok_and(|length| length > 0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    // It fails when the server takes longer than 20 seconds.
    server.finish().await;
    dawdle.abort();
    let received = until_closed(readers.remove(0)).await;
    assert!(received.len() < LENGTH, "all of it was sent");
}

/// The control: a request that is running when the server stops gets its response.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_server_answers_running_requests() {
    let server = start(without_timeouts()).await;
    let head = "POST /api/users/signin HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    let mut begun = open(&server, head).await;
    // The server waits for its body, so it is running.
    read_until(&mut begun, "100 Continue").await;
    let finish = server.finish();
    let send = async {
        begun.write_all(b"{}").await.unwrap();
        until_closed(begun).await
    };
    let (_folder, reply) = tokio::join!(finish, send);
    assert!(reply.contains("HTTP/1.1 400"), "{reply}");
}
