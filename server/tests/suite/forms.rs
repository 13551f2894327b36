//! Malformed forms: browsers get a page, scripts an error, and no one is redirected.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response};

use crate::support::TestServer;

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(server: &TestServer, path: &str, accept: &str, content_type: &str, body: &[u8]) -> Response {
    let request = server.http.post(server.url(path)).body(body.to_vec());
    request
        .header("accept", accept)
        .header("referer", "https://evil.example/")
        .header(CONTENT_TYPE, content_type)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_form_is_answered_with_a_page() {
    let server = TestServer::start().await;
    let long = format!("email={}", "a".repeat(20_000));
    for (content_type, body, expected) in [
        (FORM, &b"email=caf%E9&password=x"[..], 400),
        (FORM, b"email=caf\xe9&password=x", 400),
        (FORM, b"email[0][1]=x&email=y", 400),
        (FORM, b"email=a&email=b", 400),
        (FORM, long.as_bytes(), 413),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/json", b"{}", 415),
        ("text/plain", b"email=x", 415),
    ] {
        let what = format!(
            "{content_type} {:?}",
            String::from_utf8_lossy(&body[..body.len().min(30)])
        );
        let page = send(&server, "/fn/auth/signup", "text/html", content_type, body).await;
        assert_eq!(page.status(), expected, "{what}");
        assert!(!page.headers().contains_key(LOCATION), "{what}");
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8", "{what}");
        let text = page.text().await.unwrap();
        assert!(
            text.contains("<h1>This form") && !text.contains("erver function"),
            "{text}"
        );

        let script = send(&server, "/fn/auth/signup", "application/json", content_type, body).await;
        assert_eq!(script.status(), expected, "{what}");
        assert!(!script.headers().contains_key(LOCATION), "{what}");
        let reason = match expected {
            413 => "BodyTooLarge",
            415 => "ContentTypeUnsupported",
            _ => "BodyMalformed",
        };
        let failure = format!(r#"{{"Refused":"{reason}"}}"#);
        assert_eq!(script.text().await.unwrap(), failure, "{what}");
    }
    assert_eq!(server.database("auth").events().head(), 0);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_form_is_an_unknown_page() {
    let server = TestServer::start().await;
    let unknown = server.http.get(server.url("/nothing")).send().await.unwrap();
    let unknown = unknown.text().await.unwrap();
    assert!(unknown.contains("<h1>Page not found</h1>"));
    for path in ["/fn/nothing", "/fn/auth/signup/x", "/fn/", "/fn"] {
        let page = send(&server, path, "text/html", FORM, b"").await;
        assert_eq!(page.status(), 404, "{path}");
        assert!(!page.headers().contains_key(LOCATION));
        assert!(
            page.text().await.unwrap().contains("<h1>Page not found</h1>"),
            "{path}"
        );
    }
    let script = send(&server, "/fn/nothing", "application/json", FORM, b"").await;
    assert_eq!(
        (script.status().as_u16(), script.text().await.unwrap()),
        (404, r#"{"Refused":"NotFound"}"#.to_owned())
    );
    let got = server.http.request(Method::GET, server.url("/fn/auth/signup"));
    let got = got.header("accept", "text/html").send().await.unwrap();
    assert_eq!(got.status(), 404);
    server.finish().await;
}

/// The control: a valid form gets its response, wherever it comes from.
#[tokio::test(flavor = "multi_thread")]
async fn readable_form_redirects_to_its_page() {
    let server = TestServer::start().await;
    let refused = send(
        &server,
        "/fn/auth/signup",
        "text/html",
        FORM,
        b"email=caf%C3%A9&password=x",
    )
    .await;
    assert_eq!(refused.status(), 303);
    assert_eq!(refused.headers()[LOCATION], "/auth/signup");
    server.finish().await;
}
