//! Hostile text and hostile paths: text is only text, and no path leads out of the site.

use reqwest::Method;
use serde_json::Value;

use super::hostile_input::assert_refused;
use crate::support::TestServer;

fn assert_is_escaped(html: &str) {
    for tag in ["<script>alert", "<img src=x", "<meta http-equiv"] {
        assert!(!html.contains(tag), "a title was not escaped: {tag}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_and_html_are_only_text() {
    let server = TestServer::start().await;
    let person = server.person("attacker");
    let titles = [
        "'; DROP TABLE tickets; --",
        "\" OR 1=1 --",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{7*7}} ${7*7}",
        "&lt;b&gt;",
        "%' OR title LIKE '%",
        "]]>",
        "javascript:alert(1)",
        "</title><meta http-equiv=refresh content=0>",
    ];
    for title in titles {
        let id = server.listed_by(&person, title, "20").await;
        let ticket: Value = person
            .get(&format!("/api/tickets/{id}"))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(ticket["title"], title);
        assert_is_escaped(&person.get(&format!("/tickets/{id}")).await.text().await.unwrap());
    }
    assert_eq!(person.listings().await.len(), titles.len());
    let found = person
        .get("/api/tickets?q=%25%27%20OR%20title%20LIKE%20%27%25")
        .await;
    assert_eq!(
        found.json::<Vec<Value>>().await.unwrap().len(),
        1,
        "a search is a text, not a pattern"
    );
    let html = person.get("/").await.text().await.unwrap();
    assert_is_escaped(&html);
    assert!(html.contains("&lt;script&gt;alert(1)"));
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_do_not_leave_the_folder_of_the_site() {
    let server = TestServer::start().await;
    let get = async |path: &str| crate::support::raw_get(server.address, path).await;
    assert!(
        get("/pkg/there.txt").await.starts_with("HTTP/1.1 200"),
        "a file of the site is served"
    );
    let tricks = [
        "/../secret.txt",
        "/pkg/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/pkg/%2e%2e/%2e%2e/secret.txt",
        "/pkg/..%2f..%2fsecret.txt",
        "/pkg/..%5c..%5csecret.txt",
        "//secret.txt",
        "/pkg/%00",
        "/pkg/there.txt%00.png",
        "/pkg//etc/passwd",
        "/tickets.sqlite",
        "/signing-key",
        "/pkg/%ff%fe",
        "/./../../../../etc/passwd",
    ];
    for path in tricks {
        let reply = get(path).await;
        let status = reply.split(' ').nth(1).unwrap_or_default();
        assert!(
            status.starts_with('4') || status.starts_with('3'),
            "{path}: {}",
            reply.lines().next().unwrap_or_default()
        );
        assert!(
            !reply.contains("outside of the site") && !reply.contains("root:"),
            "{path} leaked a file"
        );
    }
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods_under_api_are_answered_in_the_envelope() {
    let server = TestServer::start().await;
    let person = server.person("anybody");
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/tickets/x/y",
        "/api/orders/not-an-id",
        "/api/tickets/%00",
        "/api/tickets/..%2f..",
    ] {
        assert_refused(person.get(path).await, &[404], path).await;
    }
    for (method, path) in [
        ("DELETE", "/api/tickets"),
        ("PATCH", "/api/orders"),
        ("GET", "/api/users/signup"),
        ("PUT", "/api/users/signout"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        assert_refused(person.request(method, path).send().await.unwrap(), &[405], path).await;
    }
    for query in [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=99999999999999999999",
        "after=x",
    ] {
        let path = format!("/api/tickets?{query}");
        assert_refused(person.get(&path).await, &[400], &path).await;
    }
    server.finish().await;
}
