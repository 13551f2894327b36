//! A server that stops: it waits for no request that is not there, and answers what it has begun.

use std::time::Duration;

use server::connections::ConnectionLimits;
use tokio::io::AsyncWriteExt;

use crate::connections::{no_limits_of_time, open, read_until, start, until_closed};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_waits_for_no_request_that_is_not_there() {
    let server = start(ConnectionLimits {
        drain_body: Duration::from_millis(50),
        ..no_limits_of_time()
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

/// The control: a request that is at work when the server stops is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_answers_what_it_has_begun() {
    let server = start(no_limits_of_time()).await;
    let head = "POST /api/users/signin HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    let mut begun = open(&server, head).await;
    // Its body is waited for, so it is at work.
    read_until(&mut begun, "100 Continue").await;
    let finish = server.finish();
    let send = async {
        begun.write_all(b"{}").await.unwrap();
        until_closed(begun).await
    };
    let (_folder, reply) = tokio::join!(finish, send);
    assert!(reply.contains("HTTP/1.1 400"), "{reply}");
}
