//! What must hold in the data folder after the last kill, read with plain SQL.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use super::load::Acknowledged;

async fn open(folder: &Path, name: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join(format!("{name}.sqlite")));
    SqliteConnection::connect_with(&options).await.unwrap()
}

pub async fn execute(folder: &Path, name: &str, sql: &'static str) {
    sqlx::query(sql)
        .execute(&mut open(folder, name).await)
        .await
        .unwrap();
}

async fn rows(folder: &Path, name: &str, sql: &str) -> Vec<Vec<String>> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_all(&mut open(folder, name).await)
        .await
        .unwrap();
    let cells = |row: &sqlx::sqlite::SqliteRow| {
        (0..row.len())
            .map(|cell| row.get::<Option<String>, _>(cell).unwrap_or_default())
            .collect()
    };
    rows.iter().map(cells).collect()
}

async fn column(folder: &Path, name: &str, sql: &str) -> BTreeSet<String> {
    rows(folder, name, sql)
        .await
        .into_iter()
        .map(|mut row| row.remove(0))
        .collect()
}

pub async fn assert_sound(folder: &Path, acknowledged: &Acknowledged) {
    for name in ["auth", "tickets", "orders"] {
        assert_eq!(
            rows(folder, name, "PRAGMA integrity_check").await,
            [["ok"]],
            "{name} is intact"
        );
        let gaps = "SELECT CAST(max(sequence) - count(*) AS TEXT) FROM events";
        assert!(
            ["", "0"].contains(&rows(folder, name, gaps).await[0][0].as_str()),
            "{name}'s sequence has no gap"
        );
        let versions = "SELECT aggregate_id FROM events GROUP BY aggregate_id HAVING max(aggregate_version) + 1 <> count(*)";
        assert!(
            rows(folder, name, versions).await.is_empty(),
            "{name}'s versions grow by one"
        );
    }
    let replica =
        "SELECT id, CAST(version AS TEXT), title, CAST(price_cents AS TEXT) FROM tickets ORDER BY id";
    let source = rows(folder, "tickets", replica).await;
    let copy = rows(folder, "orders", replica).await;
    assert!(source == copy, "orders' copy of the tickets equals the tickets");

    let live = "SELECT ticket_id, id FROM orders WHERE status <> 'cancelled' ORDER BY ticket_id";
    let held = "SELECT id, order_id FROM tickets WHERE order_id IS NOT NULL ORDER BY id";
    assert_eq!(
        rows(folder, "orders", live).await,
        rows(folder, "tickets", held).await,
        "tickets are held by the live orders"
    );
    assert_effects_happened_once(folder).await;

    let tickets = column(folder, "tickets", "SELECT id FROM tickets").await;
    assert!(
        acknowledged.tickets.is_subset(&tickets),
        "an acknowledged ticket is lost"
    );
    let orders = column(folder, "orders", "SELECT id FROM orders").await;
    assert!(
        acknowledged.orders.is_subset(&orders),
        "an acknowledged order is lost"
    );
    let cancelled = column(
        folder,
        "orders",
        "SELECT id FROM orders WHERE status = 'cancelled'",
    )
    .await;
    assert!(
        acknowledged.cancelled.is_subset(&cancelled),
        "an acknowledged cancellation is lost"
    );
}

/// A hold begins once for every order: the events of the tickets tell how often it did.
async fn assert_effects_happened_once(folder: &Path) {
    let holds = "SELECT payload ->> 'orderId' FROM events WHERE payload ->> 'orderId' IS NOT NULL";
    let mut begun: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(folder, "tickets", holds).await {
        *begun.entry(row[0].clone()).or_default() += 1;
    }
    assert!(
        begun.values().all(|times| *times == 1),
        "an order began to hold its ticket more than once"
    );
    let reserved = column(
        folder,
        "orders",
        "SELECT aggregate_id FROM events WHERE subject = 'order:created'",
    )
    .await;
    let held: BTreeSet<String> = begun.into_keys().collect();
    assert_eq!(held, reserved, "every reservation had its effect");
}
