//! Requests of scanners, on a real socket: refused with 4xx, never a panic, never a page.

use crate::support::{TestServer, raw, raw_get};

/// A request with a raw request line and headers.
async fn status(server: &TestServer, line: &str, headers: &str) -> u16 {
    let request = format!("{line}\r\n{headers}Connection: close\r\n\r\n");
    let reply = raw(server.address, request).await;
    let status = reply.split(' ').nth(1).and_then(|status| status.parse().ok());
    assert!(
        !reply.contains("panicked") && !reply.to_lowercase().contains("\r\nlocation:"),
        "{line}: {reply}"
    );
    status.unwrap_or_else(|| panic!("{line}: no answer: {reply:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn request_lines_that_are_none_are_refused() {
    let server = TestServer::start().await;
    let long = "a".repeat(256);
    let longest = "a/".repeat(4_000);
    let host = "Host: a.example\r\n";
    for (line, expected) in [
        ("CONNECT evil.example:443 HTTP/1.1", 405),
        ("CONNECT / HTTP/1.1", 405),
        ("TRACE / HTTP/1.1", 405),
        ("GET evil.example:443 HTTP/1.1", 400),
        ("OPTIONS * HTTP/1.1", 400),
        ("GET * HTTP/1.1", 400),
        ("GET ftp://a.example/ HTTP/1.1", 400),
        ("GET //fonts HTTP/1.1", 404),
        ("GET //evil.example/fonts HTTP/1.1", 404),
        ("GET /\\evil.example HTTP/1.1", 400),
        ("GET /fonts HTTP/1.1", 404),
        ("GET /pkg HTTP/1.1", 404),
        ("GET /pkg/ HTTP/1.1", 404),
        (&format!("GET /{long} HTTP/1.1"), 404),
        (&format!("GET /pkg/{long} HTTP/1.1"), 404),
        (&format!("GET /pkg/{}.css HTTP/1.1", "a".repeat(250)), 404),
        (&format!("GET /tickets/{long} HTTP/1.1"), 404),
        (&format!("GET /api/tickets/{long} HTTP/1.1"), 404),
        (&format!("GET /pkg/{longest} HTTP/1.1"), 404),
        ("GET /% HTTP/1.1", 400),
        ("GET /tickets/%zz HTTP/1.1", 400),
        ("GET /tickets/%ff HTTP/1.1", 400),
        ("GET /tickets/%00 HTTP/1.1", 404),
        ("GET /?q=%ff HTTP/1.1", 400),
        ("GET /api/tickets?q=%ff HTTP/1.1", 400),
        ("GET /api/tickets?other=%ff HTTP/1.1", 400),
        ("BREW / HTTP/1.1", 405),
        ("GET / HTTP/1.1 HTTP/1.1", 400),
        ("GET /", 400),
    ] {
        let shown: String = line.chars().take(60).collect();
        assert_eq!(status(&server, line, host).await, expected, "{shown}");
    }
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_names_one_host() {
    let server = TestServer::start().await;
    for (headers, expected) in [
        ("Host: a.example\r\n", 200),
        ("Host: a.example:3000\r\n", 200),
        ("Host: [::1]:3000\r\n", 200),
        ("", 400),
        ("Host:\r\n", 400),
        ("Host: a.example\r\nHost: a.example\r\n", 400),
        ("Host: a.example\r\nHost: b.example\r\n", 400),
        ("Host: a.example/x\r\n", 400),
        ("Host: me@a.example\r\n", 400),
        ("Host: a.example, b.example\r\n", 400),
        ("Host: \u{f8}.example\r\n", 400),
    ] {
        assert_eq!(
            status(&server, "GET /livez HTTP/1.1", headers).await,
            expected,
            "{headers:?}"
        );
    }
    assert_eq!(status(&server, "GET /livez HTTP/1.0", "").await, 200);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn absolute_form_request_is_served_by_its_path() {
    let server = TestServer::start().await;
    let host = "Host: a.example\r\n";
    assert_eq!(
        status(&server, "GET http://b.example/livez HTTP/1.1", host).await,
        200
    );
    assert_eq!(status(&server, "GET http://b.example HTTP/1.1", host).await, 200);
    assert_eq!(
        status(&server, "GET http://b.example//fonts HTTP/1.1", host).await,
        404
    );
    // The host of the address counts, so a form from there is from this site, and one from elsewhere is not.
    for (origin, expected) in [("http://b.example", 401), ("http://a.example", 403)] {
        let headers = format!("{host}Origin: {origin}\r\nContent-Length: 0\r\n");
        let line = "POST http://b.example/api/orders HTTP/1.1";
        assert_eq!(status(&server, line, &headers).await, expected, "{origin}");
    }
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn api_refusals_use_the_envelope() {
    let server = TestServer::start().await;
    let envelope = r#"{"errors":[{"message":"The request cannot be read"}]}"#;
    let reply = raw_get(server.address, "/api/%zz").await;
    assert!(
        reply.starts_with("HTTP/1.1 400") && reply.ends_with(envelope),
        "{reply}"
    );
    let page = raw_get(server.address, "/%zz").await;
    assert!(
        page.contains("<h1>This link doesn") && page.contains("x-content-type-options"),
        "{page}"
    );
    server.finish().await;
}
