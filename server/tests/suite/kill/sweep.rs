//! The invariants of the data directory after the last kill.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tokio::process::Command;

use super::load::Acknowledged;

const SETTLING_TRIES: usize = 600;
const SETTLING_PAUSE: Duration = Duration::from_millis(100);

async fn open(folder: &Path, name: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join(format!("{name}.sqlite")));
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn column(folder: &Path, name: &str, sql: &'static str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(sql)
        .fetch_all(&mut open(folder, name).await)
        .await
        .unwrap();
    rows.into_iter().collect()
}

/// Waits until every payment of a running server is settled.
pub async fn wait_until_settled(folder: &Path) {
    let mut open_payments = BTreeSet::new();
    for _ in 0..SETTLING_TRIES {
        let open = "SELECT id || ' ' || status FROM payments WHERE next_check_at IS NOT NULL";
        open_payments = column(folder, "payments", open).await;
        if open_payments.is_empty() {
            return;
        }
        tokio::time::sleep(SETTLING_PAUSE).await;
    }
    panic!("payments stay open: {open_payments:?}");
}

/// The report of `ticketing check`.
pub async fn check(folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .args(["check", "--data-dir"])
        .arg(folder)
        .output()
        .await
        .unwrap()
}

pub async fn assert_sound(folder: &Path, acknowledged: &Acknowledged) {
    let checked = check(folder).await;
    let report = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{report}");

    let lost = |what: &BTreeSet<String>, known: &BTreeSet<String>| -> Vec<String> {
        what.difference(known).cloned().collect()
    };
    let tickets = column(folder, "tickets", "SELECT id FROM tickets").await;
    assert!(
        lost(&acknowledged.tickets, &tickets).is_empty(),
        "an acknowledged ticket is lost"
    );
    let orders = column(folder, "orders", "SELECT id FROM orders").await;
    assert!(
        lost(&acknowledged.orders, &orders).is_empty(),
        "an acknowledged order is lost"
    );
    let cancelled = column(
        folder,
        "orders",
        "SELECT id FROM orders WHERE status = 'cancelled'",
    )
    .await;
    assert!(
        lost(&acknowledged.cancelled, &cancelled).is_empty(),
        "an acknowledged cancellation is lost"
    );
    let paid = "SELECT id || ' ' || payment_id FROM orders WHERE status = 'complete'";
    let paid = column(folder, "orders", paid).await;
    let accepted = acknowledged
        .payments
        .iter()
        .map(|(order, payment)| format!("{order} {payment}"))
        .collect();
    assert_eq!(
        lost(&accepted, &paid),
        Vec::<String>::new(),
        "an accepted payment did not make its order complete"
    );
}
