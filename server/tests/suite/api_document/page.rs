//! `/api/docs`, the readable page.

use super::{document, operations};
use crate::support::TestServer;

#[tokio::test]
async fn page_shows_every_operation_and_needs_no_script() {
    let server = TestServer::start().await;
    let response = reqwest::get(server.url("/api/docs")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    for forbidden in ["<script", "<style", " style=", "http://", "https://"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let (_, document) = document(&server).await;
    for operation in operations(&document) {
        let id = operation.described["operationId"].as_str().unwrap();
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        assert_eq!(page.matches(&format!("href=\"#{id}\"")).count(), 1, "{id}");
        assert!(page.contains(&operation.line()), "{}", operation.line());
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert_eq!(
            page.matches(&format!("id=\"schema-{name}\"")).count(),
            1,
            "{name}"
        );
    }
    let style = reqwest::get(server.url("/api/docs/style.css")).await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    server.finish().await;
}

/// A heading is at most one level below the one before it, and there is one of the first level.
#[tokio::test]
async fn headings_are_an_outline() {
    let server = TestServer::start().await;
    let response = reqwest::get(server.url("/api/docs")).await.unwrap();
    let page = response.text().await.unwrap();
    let headings = page.match_indices("<h").filter_map(|(at, _)| {
        let level = page[at + 2..].chars().next()?.to_digit(10)?;
        Some(level)
    });
    let headings: Vec<u32> = headings.collect();
    assert_eq!(headings.first(), Some(&1));
    assert_eq!(headings.iter().filter(|level| **level == 1).count(), 1);
    for pair in headings.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{headings:?}");
    }
    server.finish().await;
}
