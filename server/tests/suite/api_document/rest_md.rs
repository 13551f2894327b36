//! docs/rest.md has the endpoints and statuses of the document.

use std::collections::BTreeSet;

use super::{Operation, document, operations};
use crate::support::TestServer;

const REST_MD: &str = include_str!("../../../../docs/rest.md");
const STATUSES: &str = "| endpoint | statuses |\n|---|---|\n";

/// The rows of the table that begins with this head.
fn table(head: &str) -> Vec<&'static str> {
    let (_, rows) = REST_MD.split_once(head).expect("docs/rest.md has the table");
    rows.lines().take_while(|line| line.starts_with('|')).collect()
}

fn row(operation: &Operation) -> String {
    format!("| `{}` | {} |", operation.line(), operation.statuses().join(" "))
}

#[tokio::test]
async fn table_of_statuses_is_that_of_the_document() {
    let server = TestServer::start().await;
    let (_, document) = document(&server).await;
    let expected: Vec<String> = operations(&document).iter().map(row).collect();
    let written = table(STATUSES);
    assert_eq!(
        written,
        expected,
        "the table should be\n{STATUSES}{}",
        expected.join("\n")
    );
    server.finish().await;
}

/// `GET /api/orders?limit=&after=` and `POST /api/orders {…}` are calls of the operations `/api/orders`.
fn call(row: &str) -> String {
    let code = row.split('`').nth(1).expect("a row begins with a call");
    code.split('?').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_call_is_explained_with_statuses_that_it_has() {
    let server = TestServer::start().await;
    let (_, document) = document(&server).await;
    let operations = operations(&document);
    let rows = table("| endpoint | for | responses |\n|---|---|---|\n");
    let explained: BTreeSet<String> = rows.iter().map(|row| call(row)).collect();
    let described: BTreeSet<String> = operations.iter().map(Operation::line).collect();
    assert_eq!(explained, described);
    for row in rows {
        let line = call(row);
        let operation = operations
            .iter()
            .find(|operation| operation.line() == line)
            .unwrap();
        let has = operation.statuses();
        let answers = row.split(" | ").nth(2).unwrap();
        for answer in answers.split(" · ") {
            let status = answer.split([' ', '`', ',']).next().unwrap();
            assert!(
                has.iter().any(|own| own == status),
                "{line} does not answer {status}"
            );
        }
    }
    server.finish().await;
}
