//! Connections through the real accept loop: one that waits for its client has a deadline, and does not block others.

use std::time::Duration;

use server::connections::ConnectionLimits;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TestServer, raw};

/// Long enough not to matter in a test.
const NEVER: Duration = Duration::from_mins(10);
const WAIT: Duration = Duration::from_secs(30);

pub fn without_timeouts() -> ConnectionLimits {
    ConnectionLimits {
        header_timeout: NEVER,
        keep_alive_timeout: NEVER,
        body_read_timeout: NEVER,
        body_timeout: NEVER,
        send_timeout: NEVER,
        drain_body_timeout: NEVER,
        drain_send_timeout: NEVER,
        ..ConnectionLimits::for_fd_limit(8_192)
    }
}

pub async fn start(limits: ConnectionLimits) -> TestServer {
    TestServer::start_with(TempDir::new().unwrap(), limits).await
}

pub async fn open(server: &TestServer, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// Everything received until the server closes the connection, in whatever way.
pub async fn until_closed(mut stream: TcpStream) -> String {
    let mut reply = Vec::new();
    let read = tokio::time::timeout(WAIT, stream.read_to_end(&mut reply)).await;
    let _how = read.expect("the connection stays open");
    String::from_utf8_lossy(&reply).into_owned()
}

/// Reads until this text was received.
pub async fn read_until(stream: &mut TcpStream, expected: &str) -> String {
    let mut text = String::new();
    let read = async {
        while !text.contains(expected) {
            let mut buffer = [0; 1_024];
            let length = stream.read(&mut buffer).await.unwrap();
            assert!(length > 0, "closed after {text:?}");
            text.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    };
    tokio::time::timeout(WAIT, read).await.expect("nothing comes");
    text
}

/// A connection that is refused may be reset, because its request is not read.
async fn is_served(server: &TestServer) -> bool {
    let request = "GET /livez HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    raw(server.address, request).await.starts_with("HTTP/1.1 200")
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_head_and_silent_connection_are_closed() {
    // Long enough for a whole head on a busy machine.
    let server = start(ConnectionLimits {
        header_timeout: Duration::from_secs(2),
        ..without_timeouts()
    })
    .await;
    for half in ["", "G", "GET /livez HTTP/1.1\r\nHost: a.example\r\n"] {
        assert_eq!(until_closed(open(&server, half).await).await, "", "{half:?}");
    }
    // The same limit holds for the second request of a connection.
    let mut second = open(&server, "GET /livez HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    read_until(&mut second, "HTTP/1.1 200").await;
    second.write_all(b"GET /").await.unwrap();
    until_closed(second).await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connection_is_closed() {
    let server = start(ConnectionLimits {
        keep_alive_timeout: Duration::from_millis(50),
        ..without_timeouts()
    })
    .await;
    let idle = open(&server, "GET /livez HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    assert!(until_closed(idle).await.starts_with("HTTP/1.1 200"));
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_body_is_refused_after_its_timeout() {
    const HALF: &str = "HTTP/1.1\r\nHost: a.example\r\nContent-Length: 99\r\nContent-Type: ";
    let pause = ConnectionLimits {
        body_read_timeout: Duration::from_millis(50),
        ..without_timeouts()
    };
    let whole = ConnectionLimits {
        body_timeout: Duration::from_millis(50),
        ..without_timeouts()
    };
    for limits in [pause, whole] {
        let server = start(limits).await;
        let rest = open(
            &server,
            &format!("POST /api/users/signin {HALF}application/json\r\n\r\n{{"),
        )
        .await;
        let reply = until_closed(rest).await;
        assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
        assert!(
            reply.ends_with(r#"{"errors":[{"message":"The body did not arrive in time"}]}"#),
            "{reply}"
        );
        let form = format!("POST /fn/auth/signin {HALF}application/x-www-form-urlencoded\r\n\r\nemail=");
        let reply = until_closed(open(&server, &form).await).await;
        assert!(
            reply.starts_with("HTTP/1.1 408") && reply.ends_with(r#"{"Refused":"BodyTooSlow"}"#),
            "a script reads a failure: {reply}"
        );
        let form = form.replace("Content-Type", "Accept: text/html\r\nContent-Type");
        let page = until_closed(open(&server, &form).await).await;
        assert!(
            page.starts_with("HTTP/1.1 408")
                && page.contains("content-security-policy: ")
                && page.contains("arrive in time"),
            "a browser gets a page: {page}"
        );
        assert!(is_served(&server).await);
        server.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_requests_do_not_block_new_connections() {
    for limits in [
        ConnectionLimits {
            max_connections_per_client: 20,
            ..without_timeouts()
        },
        ConnectionLimits {
            max_connections: 20,
            ..without_timeouts()
        },
    ] {
        let server = start(limits).await;
        let mut halves = Vec::new();
        for _ in 0..100 {
            halves.push(open(&server, "GET / HTTP/1.1\r\n").await);
        }
        assert!(is_served(&server).await);
        // They were evicted, one for each new connection.
        until_closed(halves.swap_remove(0)).await;
        drop(halves);
        server.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_over_the_limit_are_refused_at_once() {
    let server = start(ConnectionLimits {
        max_connections_per_client: 2,
        ..without_timeouts()
    })
    .await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = open(&server, "GET /live HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
        read_until(&mut stream, "text/event-stream").await;
        streams.push(stream);
    }
    let refused = until_closed(TcpStream::connect(server.address).await.unwrap()).await;
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: "),
        "{refused}"
    );
    drop(streams.pop());
    // The slot is free as soon as the server sees the end of the stream.
    let served = async { while !is_served(&server).await {} };
    tokio::time::timeout(WAIT, served)
        .await
        .expect("the place is not free again");
    drop(streams);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_bounded_per_client_and_leave_room_for_pages() {
    let server = start(ConnectionLimits {
        max_streams_per_client: 2,
        ..without_timeouts()
    })
    .await;
    let stream = async || {
        let mut stream = open(&server, "GET /live HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
        let head = read_until(&mut stream, "\r\n\r\n").await;
        (stream, head)
    };
    let (first, head) = stream().await;
    let (second, other_head) = stream().await;
    assert!(head.starts_with("HTTP/1.1 200") && other_head.starts_with("HTTP/1.1 200"));
    let (_third, head) = stream().await;
    assert!(
        head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 10"),
        "{head}"
    );
    assert!(is_served(&server).await);
    drop((first, second));
    let again = async { while !stream().await.1.starts_with("HTTP/1.1 200") {} };
    tokio::time::timeout(WAIT, again)
        .await
        .expect("no stream is free again");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connection_of_a_stalled_reader_is_closed() {
    let limits = ConnectionLimits {
        send_timeout: Duration::from_millis(200),
        ..without_timeouts()
    };
    let folder = TestServer::folder_with("/pkg/large.bin", vec![b'x'; 32 * 1024 * 1024]);
    let server = TestServer::start_with(folder, limits).await;
    let mut stream = open(&server, "GET /pkg/large.bin HTTP/1.1\r\nHost: a.example\r\n\r\n").await;
    read_until(&mut stream, "HTTP/1.1 200").await;
    // Longer than the limit: nothing is read, so the buffers in between fill up.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let received = until_closed(stream).await;
    assert!(received.len() < 32 * 1024 * 1024, "all of it was sent");
    server.finish().await;
}
