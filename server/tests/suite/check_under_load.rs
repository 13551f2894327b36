//! `ticketing check` while a server is under load: events in transit are not damage, and damage is still found.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::kill::load::Load;
use crate::kill::sweep;
use crate::support::process::Process;

const CHECKS: usize = 15;

/// The exit code, the failed checks, and the whole report.
async fn check(folder: &Path) -> (Option<i32>, BTreeSet<String>, String) {
    let output = sweep::check(folder).await;
    let report = String::from_utf8(output.stdout).unwrap();
    let failed = report.lines().filter_map(|line| line.strip_prefix("FAILED  "));
    (output.status.code(), failed.map(str::to_owned).collect(), report)
}

/// Writes to the database, bypassing the server; returns how many rows were changed.
async fn execute(folder: &Path, database: &str, statement: &'static str) -> u64 {
    let options = SqliteConnectOptions::new().filename(folder.join(format!("{database}.sqlite")));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let done = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    done.rows_affected()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_in_transit_are_no_damage_and_damage_is_still_found() {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &["--test-payment-delay", "200ms"]).await;
    let mut load = Load::new(20_260_202);
    let acknowledgements = load.acknowledgements();
    load.run_while(server, async {
        while !acknowledgements.lock().unwrap().is_at_least(3) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..CHECKS {
            let (code, _, report) = check(folder.path()).await;
            assert_eq!(code, Some(0), "{report}");
        }

        // A sold ticket is never edited, so no event repairs this.
        let wrong_copy = "UPDATE tickets SET title = 'Another title'
            WHERE id = (SELECT ticket_id FROM orders WHERE status = 'complete' LIMIT 1)";
        while execute(folder.path(), "orders", wrong_copy).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let copy = "The ticket replica in orders matches tickets".to_owned();
        let (code, failed, report) = check(folder.path()).await;
        assert_eq!(
            (code, failed),
            (Some(1), BTreeSet::from([copy.clone()])),
            "{report}"
        );

        let lost_event = "DROP TRIGGER events_are_not_removed; DELETE FROM events WHERE sequence = 2";
        execute(folder.path(), "tickets", lost_event).await;
        let (code, failed, report) = check(folder.path()).await;
        let gap = "The event log of tickets has no gaps".to_owned();
        assert_eq!(code, Some(1), "{report}");
        assert!(failed.contains(&gap) && failed.contains(&copy), "{report}");
    })
    .await;
}
