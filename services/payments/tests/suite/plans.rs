//! How SQLite executes every query of this service: a scan of a table, or a sort, shows.

use std::fmt::Write as _;

use serde_json::Value;

use crate::app::TestApp;

#[tokio::test]
async fn query_plans_are_unchanged() {
    let app = TestApp::start().await;
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx")).unwrap();
    let mut queries: Vec<_> = files.map(|file| query(&file.unwrap().path())).collect();
    queries.sort();
    let mut plans = String::new();
    for query in queries {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(app.db.reader()).await.unwrap();
        writeln!(plans, "{query}").unwrap();
        for (_, _, _, step) in steps {
            writeln!(plans, "    {step}").unwrap();
        }
    }
    insta::assert_snapshot!(plans);
}

/// The query of a file in `.sqlx`, on one line.
fn query(file: &std::path::Path) -> String {
    let file: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let query = file["query"].as_str().unwrap();
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}
