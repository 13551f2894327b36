//! docs/METRICS.md lists every metric there is, with its type, and no other.

use std::collections::BTreeMap;

use super::scrape;
use crate::support::TestServer;

const DOCUMENT: &str = include_str!("../../../../docs/METRICS.md");

/// Rows such as "| `name` | type | labels | meaning |".
fn documented() -> BTreeMap<String, String> {
    let rows = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `"));
    let named = rows.filter_map(|row| row.split_once("` | "));
    named
        .map(|(name, rest)| {
            let kind = rest.split(" | ").next().unwrap();
            (name.to_owned(), kind.to_owned())
        })
        .filter(|(name, _)| is_expected(name))
        .collect()
}

/// What the operating system says of a process is read where it is Linux.
fn is_expected(name: &str) -> bool {
    cfg!(target_os = "linux") || !name.starts_with("process_")
}

#[tokio::test]
async fn every_metric_is_documented_and_every_documented_one_is_there() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    seller.list("Opera", "20").await;
    server.marketplace.runtime.start();
    let scraped = scrape(&server).await;
    let exposed: BTreeMap<_, _> = scraped
        .0
        .iter()
        .filter(|(name, _)| is_expected(name))
        .map(|(name, family)| (name.clone(), family.kind.clone()))
        .collect();
    assert_eq!(documented(), exposed);
    server.marketplace.runtime.stop().await;
    server.finish().await;
}

/// The names in the example rules and in the text.
#[test]
fn examples_name_metrics_that_there_are() {
    let known = documented();
    let words = DOCUMENT.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for word in words.filter(|word| word.starts_with("ticketing_")) {
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| word.strip_suffix(suffix));
        let is_known = known.contains_key(word) || family.is_some_and(|name| known.contains_key(name));
        assert!(is_known, "{word}");
    }
}
