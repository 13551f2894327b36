//! The files of the site, as browsers and the caches in between see them.

use reqwest::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, SET_COOKIE, VARY,
};
use reqwest::{Method, Response};

use crate::support::{FILE, TestServer};

const PLAIN: &str = "body { color: black }\n/* and so on */";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

async fn send(server: &TestServer, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = server.http.request(method, server.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn ask(server: &TestServer, headers: &[(&str, &str)]) -> Response {
    send(server, Method::GET, "/pkg/t.Pmeszff7V6uztAQH8Zd2Jw.css", headers).await
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    let mut values = response.headers().get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    assert_eq!(second, None, "{name}");
    first.map(|value| value.to_str().unwrap().to_owned())
}

/// The headers that matter to a cache.
fn caching(response: &Response) -> [Option<String>; 3] {
    [CACHE_CONTROL, VARY, ETAG].map(|name| header(response, &name))
}

/// A server with a stylesheet in all codings, none of which is really compressed.
async fn server_with_stylesheet() -> TestServer {
    let folder = TestServer::folder_with("/pkg/t.Pmeszff7V6uztAQH8Zd2Jw.css", PLAIN);
    let path = folder.path().join("site/pkg/t.Pmeszff7V6uztAQH8Zd2Jw.css");
    std::fs::write(path.with_extension("css.br"), "in Brotli").unwrap();
    std::fs::write(path.with_extension("css.gz"), "in gzip").unwrap();
    TestServer::start_in(folder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_keeps_the_compressions_of_a_file_apart() {
    let server = server_with_stylesheet().await;
    let mut tags = Vec::new();
    for (accepted, coding, content) in [
        ("identity", None, PLAIN),
        ("gzip;q=0.9, br;q=0.1", Some("gzip"), "in gzip"),
        ("gzip, deflate, br", Some("br"), "in Brotli"),
    ] {
        let accept = ("accept-encoding", accepted);
        let found = ask(&server, &[accept]).await;
        assert_eq!(found.status(), 200);
        assert_eq!(header(&found, &CONTENT_ENCODING).as_deref(), coding);
        assert_eq!(
            header(&found, &CONTENT_TYPE).as_deref(),
            Some("text/css; charset=utf-8")
        );
        assert_eq!(header(&found, &CONTENT_LENGTH), Some(content.len().to_string()));
        assert_eq!(header(&found, &LAST_MODIFIED), None);
        let expected = caching(&found);
        assert_eq!(expected[0].as_deref(), Some(IMMUTABLE));
        assert_eq!(expected[1].as_deref(), Some("accept-encoding"));
        let tag = expected[2].clone().unwrap();
        assert_eq!(found.text().await.unwrap(), content);

        let unchanged = ask(
            &server,
            &[accept, (IF_NONE_MATCH.as_str(), &format!("\"x\", W/{tag}"))],
        )
        .await;
        assert_eq!(
            (unchanged.status().as_u16(), caching(&unchanged)),
            (304, expected.clone())
        );
        assert_eq!(header(&unchanged, &CONTENT_TYPE), None);
        assert_eq!(unchanged.text().await.unwrap(), "");
        let head = send(
            &server,
            Method::HEAD,
            "/pkg/t.Pmeszff7V6uztAQH8Zd2Jw.css",
            &[accept],
        )
        .await;
        assert_eq!((head.status().as_u16(), caching(&head)), (200, expected));
        assert_eq!(header(&head, &CONTENT_LENGTH), Some(content.len().to_string()));
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "a tag stands for two contents");
    let other = ask(
        &server,
        &[("accept-encoding", "br"), (IF_NONE_MATCH.as_str(), "\"x\"")],
    )
    .await;
    assert_eq!(other.status(), 200);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn download_is_resumed() {
    let server = server_with_stylesheet().await;
    let whole = ask(&server, &[]).await;
    assert_eq!(header(&whole, &ACCEPT_RANGES).as_deref(), Some("bytes"));
    let tag = header(&whole, &ETAG).unwrap();
    let range = (RANGE.as_str(), "bytes=5-");
    let part = ask(&server, &[range, (IF_RANGE.as_str(), &tag)]).await;
    assert_eq!((part.status().as_u16(), caching(&part)), (206, caching(&whole)));
    let expected = format!("bytes 5-{}/{}", PLAIN.len() - 1, PLAIN.len());
    assert_eq!(header(&part, &CONTENT_RANGE), Some(expected));
    assert_eq!(part.text().await.unwrap(), PLAIN[5..]);

    let other_version = ask(&server, &[range, (IF_RANGE.as_str(), "\"x\"")]).await;
    assert_eq!(other_version.status(), 200);
    let beyond = ask(&server, &[(RANGE.as_str(), "bytes=999-")]).await;
    assert_eq!(beyond.status(), 416);
    assert_eq!(
        header(&beyond, &CONTENT_RANGE),
        Some(format!("bytes */{}", PLAIN.len()))
    );
    assert_eq!(
        header(&beyond, &CACHE_CONTROL).as_deref(),
        Some("private, no-cache")
    );
    let failed = ask(&server, &[(IF_MATCH.as_str(), "\"x\"")]).await;
    assert_eq!(failed.status(), 412);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_is_the_same_for_everyone() {
    let server = TestServer::start().await;
    let buyer = server.person("buyer");
    let expected = ask_file(&server, FILE, None).await;
    assert_eq!(ask_file(&server, FILE, Some(&buyer.cookie)).await, expected);
    assert_eq!(
        ask_file(&server, "/pkg/there%2EPmeszff7V6uztAQH8Zd2Jw.txt", None).await,
        expected
    );
    assert_eq!(expected.0, "a file of the site");
    // Without a hash in its name it may change with the next release.
    let unhashed = ask_file(&server, "/pkg/there.txt", None).await;
    assert_eq!(
        (unhashed.0, unhashed.1),
        (expected.0, "public, no-cache".to_owned())
    );
    server.finish().await;
}

/// The content of a file, how it may be cached, and the policy that comes with it, without its nonce.
async fn ask_file(server: &TestServer, path: &str, cookie: Option<&str>) -> (String, String, String) {
    let headers: Vec<_> = cookie.map(|cookie| ("cookie", cookie)).into_iter().collect();
    let found = send(server, Method::GET, path, &headers).await;
    assert_eq!(found.status(), 200, "{path}");
    assert_eq!(header(&found, &SET_COOKIE), None, "{path}");
    assert_eq!(found.headers()["x-content-type-options"], "nosniff");
    let policy = found.headers()["content-security-policy"].to_str().unwrap();
    let policy = policy
        .split("'nonce-")
        .map(|part| part.split_once('\'').map_or(part, |(_, rest)| rest));
    let (policy, caching) = (policy.collect(), header(&found, &CACHE_CONTROL).unwrap());
    (found.text().await.unwrap(), caching, policy)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_reading_finds_a_file() {
    let server = TestServer::start().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let response = send(&server, method.clone(), FILE, &[]).await;
        assert_ne!(response.status(), 200, "{method}");
        assert!(
            !response.text().await.unwrap().contains("a file of the site"),
            "{method}"
        );
    }
    server.finish().await;
}
