//! The landing page that is kept for visitors who are not signed in: it is current, and has nothing of any visitor in it.

use std::io::Read;
use std::time::Duration;

use axum::http::HeaderName;
use flate2::read::GzDecoder;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, SET_COOKIE, VARY};
use serde_json::json;

use crate::support::{HOLD, TestServer};

/// A text that is in a request, and must not get into anyone else's page.
const MARK: &str = "mark-of-a-visitor-7f3a";

/// The nonce in the policy of a response.
fn nonce(response: &Response) -> String {
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    between(policy, "'nonce-", '\'').to_owned()
}

/// The text between a beginning and the next end.
fn between<'t>(text: &'t str, beginning: &str, end: char) -> &'t str {
    let (_, rest) = text.split_once(beginning).unwrap();
    rest.split(end).next().unwrap()
}

/// A page without its nonce and its position: both are different in each response.
fn without_particulars(html: &str, nonce: &str) -> String {
    let position = between(html, "data-live-after=\"", '"');
    html.replace(nonce, "NONCE").replace(position, "POSITION")
}

/// A page, with its nonce and its position blotted out.
async fn page(response: Response) -> String {
    assert_eq!(response.status(), 200);
    let nonce = nonce(&response);
    let html = response.text().await.unwrap();
    assert_eq!(
        html.matches(&format!("nonce=\"{nonce}\"")).count(),
        html.matches("<script").count()
    );
    without_particulars(&html, &nonce)
}

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = server.http.get(server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// The page that is kept, and the same rendered for one request: an address with a query is never kept.
async fn kept_and_rendered(server: &TestServer) -> (String, String) {
    (
        page(get(server, "/", &[]).await).await,
        page(get(server, "/?", &[]).await).await,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_visitor_gets_into_the_kept_page() {
    let server = TestServer::start().await;
    let visitor = server.person(MARK);
    let refused = server
        .http
        .post(server.url("/fn/auth/signin"))
        .header("accept", "text/html")
        .form(&[
            ("email", format!("{MARK}@example.com")),
            ("password", "wrong password".to_owned()),
        ])
        .send()
        .await
        .unwrap();
    let flash = refused.headers()[SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert!(flash.starts_with("ticketing-flash="), "{flash}");
    let garbage = format!("ticketing-session={MARK}; other={MARK}");
    let path_with_query = format!("/?next=/orders&q={MARK}&sort=newest");
    let attempts: [(&str, Vec<(&str, &str)>); 9] = [
        ("/", vec![("cookie", &visitor.cookie)]),
        ("/", vec![("cookie", &flash)]),
        ("/", vec![("cookie", &flash), ("x-revalidate", "1")]),
        ("/", vec![("cookie", &garbage)]),
        (&path_with_query, vec![]),
        (
            "/",
            vec![
                ("host", MARK),
                ("x-forwarded-host", MARK),
                ("x-forwarded-for", "203.0.113.7"),
            ],
        ),
        (
            "/",
            vec![("accept-language", MARK), ("user-agent", MARK), ("accept", MARK)],
        ),
        (
            "/",
            vec![("referer", MARK), ("authorization", MARK), ("x-request-id", MARK)],
        ),
        (
            "/",
            vec![
                ("islands-router", "1"),
                ("x-look", "1"),
                ("if-none-match", MARK),
                ("range", "bytes=0-3"),
            ],
        ),
    ];
    for (path, headers) in &attempts {
        // The first request after a change is the one for which the page is rendered anew.
        visitor
            .list(&format!("Concert of {} headers", headers.len()), "20")
            .await;
        let first = get(&server, path, headers).await;
        assert_eq!(first.status(), 200, "{headers:?}");
        let (kept, rendered) = kept_and_rendered(&server).await;
        assert!(
            !kept.contains(MARK) && !kept.contains("Signed in as"),
            "{path} {headers:?}"
        );
        assert_eq!(kept, rendered, "{path} {headers:?}");
        let response = get(&server, "/", &[]).await;
        assert_eq!(response.headers().get(SET_COOKIE), None, "{path} {headers:?}");
        assert_eq!(response.headers()["cache-control"], "private, no-store");
    }
    // Those that are about their visitor are rendered for them.
    let own = page(get(&server, "/", &[("cookie", &visitor.cookie)]).await).await;
    assert!(
        own.contains(MARK),
        "a visitor who is signed in got the page of one who is not"
    );
    let flash_taken = get(&server, "/", &[("cookie", &flash)]).await;
    assert!(
        flash_taken.headers().contains_key(SET_COOKIE),
        "the message is shown again"
    );
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_page_is_current() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let check = async |shows: bool, when: &str| {
        let (kept, rendered) = kept_and_rendered(&server).await;
        assert_eq!(kept.contains("Giselle"), shows, "{when}");
        assert_eq!(kept, rendered, "{when}");
    };
    check(false, "before there is a ticket").await;
    let ticket = seller.list("Giselle", "20").await;
    check(true, "right after it was listed").await;
    server.deliver().await;
    buyer.reserve(ticket).await;
    server.deliver().await;
    check(false, "while it is reserved").await;
    server.advance(HOLD - Duration::from_millis(1));
    check(false, "in the last millisecond of the hold").await;
    server.advance(Duration::from_millis(1));
    check(true, "when the hold has run out, without an event").await;
    server.clock.step(-1);
    check(false, "when the clock was set back into the hold").await;
    server.advance(Duration::from_millis(1));
    let edit = json!({ "title": "Coppélia", "price": "20" });
    let edited = seller
        .request(reqwest::Method::PUT, &format!("/api/tickets/{ticket}"))
        .json(&edit);
    assert_eq!(edited.send().await.unwrap().status(), 200);
    check(false, "right after it was renamed").await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_page_is_compressed_for_those_who_accept_it() {
    let server = TestServer::start().await;
    server
        .person("seller")
        .list("Noche flamenca · Café de Chinitas", "20")
        .await;
    let plain = page(get(&server, "/", &[]).await).await;
    let packed = get(&server, "/", &[("accept-encoding", "gzip, deflate, br")]).await;
    assert_eq!(packed.headers()[CONTENT_ENCODING], "gzip");
    assert_eq!(packed.headers()[VARY], "accept-encoding");
    let nonce = nonce(&packed);
    let mut unpacked = String::new();
    let bytes = packed.bytes().await.unwrap();
    GzDecoder::new(&bytes[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(without_particulars(&unpacked, &nonce), plain);

    let name = HeaderName::from_static("content-length");
    let head = server.http.head(server.url("/")).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert!(head.headers().contains_key(name));
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feed_of_a_kept_page_starts_at_the_moment_of_its_response() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    seller.list("Giselle", "20").await;
    let position = async || {
        let html = get(&server, "/", &[]).await.text().await.unwrap();
        html.split("data-live-after=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let first = position().await;
    assert_eq!(first, format!("1.0.0.{}", server.now_ms()));
    server.advance(Duration::from_secs(1));
    assert_eq!(
        position().await,
        format!("1.0.0.{}", server.now_ms()),
        "the page is kept, its position is not"
    );
    server.finish().await;
}
