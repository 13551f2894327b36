//! Each invariant of `ticketing check` is violated once, in a copy of an intact data directory, and must be found.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tempfile::TempDir;

use crate::kill::sweep;
use crate::support::process::Process;

/// A change to a database, and the invariant that it violates.
struct Damage {
    database: &'static str,
    statements: &'static str,
    breaks: &'static str,
}

const DAMAGES: [Damage; 21] = [
    Damage {
        database: "payments",
        // The index is incomplete.
        statements: "PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'IS NOT NULL', 'IS NULL') WHERE name = 'payments_due'",
        breaks: "The payments database is intact",
    },
    Damage {
        database: "payments",
        statements: "PRAGMA foreign_keys = OFF; DELETE FROM orders",
        breaks: "Every foreign key in payments is valid",
    },
    Damage {
        database: "orders",
        statements: "DROP TRIGGER events_are_not_removed; DELETE FROM events WHERE sequence = 2",
        breaks: "The event log of orders has no gaps",
    },
    Damage {
        database: "orders",
        statements: "DROP TRIGGER events_are_not_rewritten;
            UPDATE events SET aggregate_version = aggregate_version + 7 WHERE sequence = 1",
        breaks: "Versions in the event log of orders increase by one",
    },
    Damage {
        database: "tickets",
        statements: "DELETE FROM cursors WHERE source = 'orders'",
        breaks: "Every event of orders has been delivered to tickets",
    },
    Damage {
        database: "orders",
        statements: "UPDATE cursors SET position = position + 14 WHERE source = 'payments'",
        breaks: "Every event of payments that orders consumed exists",
    },
    Damage {
        database: "tickets",
        statements: "UPDATE cursors SET last_event_id = printf('%036d', 1) WHERE source = 'orders'",
        breaks: "Every event of orders that tickets consumed exists",
    },
    Damage {
        database: "orders",
        statements: "DROP INDEX one_live_order_per_ticket;
            UPDATE orders SET ticket_id = (SELECT ticket_id FROM orders WHERE status = 'complete') WHERE status = 'created'",
        breaks: "A ticket has at most one live order",
    },
    Damage {
        database: "payments",
        statements: "UPDATE payments SET amount_cents = amount_cents + 1",
        breaks: "A complete order has exactly one successful payment, of the right amount",
    },
    Damage {
        database: "orders",
        statements: "UPDATE orders SET status = 'cancelled', cancel_reason = 'user', payment_id = NULL, paid_at = NULL
            WHERE status = 'complete'",
        breaks: "Every captured payment belongs to a complete order or is refunded",
    },
    Damage {
        database: "orders",
        statements: "UPDATE orders SET status = 'cancelled', cancel_reason = 'refunded' WHERE status = 'complete'",
        breaks: "A refunded order was paid, and its payment is refunded",
    },
    Damage {
        database: "payments",
        statements: "UPDATE payments SET status = 'refunding', next_check_at = 0, attempts = 8",
        breaks: "No payment has been pending for too long",
    },
    Damage {
        database: "payments",
        statements: "UPDATE payments SET status = 'refunding', next_check_at = 0, refund_failed_at = 0",
        breaks: "No refund has failed",
    },
    Damage {
        database: "payments",
        statements: "INSERT INTO disputes (id, payment_id, status, bars_refund, is_whole, opened_at, closed_at)
            SELECT 'du_1', id, 'lost', 1, 1, 0, 1 FROM payments WHERE status = 'succeeded' LIMIT 1",
        breaks: "Money that a bank returned after a dispute is not refunded again",
    },
    Damage {
        database: "orders",
        statements: "INSERT INTO disputes (id, order_id, payment_id, status, bars_refund)
            SELECT 'du_1', id, payment_id, 'open', 1 FROM orders WHERE payment_id IS NOT NULL LIMIT 1",
        breaks: "The orders service knows the state of every dispute",
    },
    // The former provider is no longer queried.
    Damage {
        database: "payments",
        statements: "UPDATE payments SET status = 'refunding', next_check_at = 0;
            INSERT INTO payments (id, order_id, buyer_id, amount_cents, status, failure, provider, token, version, attempts,
                created_at, updated_at)
            SELECT 'f', order_id, buyer_id, amount_cents, 'failed', 'card_declined', 'stripe', token, version, 0, 0, 0
            FROM payments",
        breaks: "No payment has been pending for too long",
    },
    Damage {
        database: "tickets",
        statements: "UPDATE tickets SET price_cents = price_cents + 1",
        breaks: "The ticket replica in orders matches tickets",
    },
    // Both replicas, as after an edit that should have been reverted.
    Damage {
        database: "tickets",
        statements: "UPDATE tickets SET title = 'Parking receipt' WHERE order_id IS NOT NULL AND held_until IS NULL",
        breaks: "A ticket is offered as its live order reserved it",
    },
    Damage {
        database: "payments",
        statements: "UPDATE orders SET version = version + 1",
        breaks: "The order replica in payments matches orders",
    },
    Damage {
        database: "tickets",
        statements: "UPDATE tickets SET order_id = NULL, held_until = NULL",
        breaks: "A ticket is held by its live order, until its deadline, and by no other",
    },
    Damage {
        database: "test-provider",
        statements: "UPDATE charges SET amount_cents = amount_cents + 1",
        breaks: "The test provider and the payments agree on every charge",
    },
];

/// The directory of a stopped server, with a paid ticket, a held one and a cancelled order.
async fn sound_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    folder
}

async fn damaged(sound: &Path, damage: &Damage) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in sound.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "sqlite") {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let path = folder.path().join(format!("{}.sqlite", damage.database));
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(damage.statements))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    folder
}

/// The invariants that hold in a directory, and those that are violated.
async fn check(folder: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let output = sweep::check(folder).await;
    let report = String::from_utf8(output.stdout).unwrap();
    let names = |verdict: &str| -> BTreeSet<String> {
        let lines = report.lines().filter_map(|line| line.strip_prefix(verdict));
        lines.map(|name| name.trim().to_owned()).collect()
    };
    let (holding, broken) = (names("ok    "), names("FAILED"));
    assert_eq!(output.status.success(), broken.is_empty(), "{report}");
    (holding, broken)
}

/// The common part of invariants that hold for several databases.
fn kind(invariant: &str) -> String {
    let names = [
        "auth",
        "tickets",
        "orders",
        "payments",
        "test_provider",
        "test-provider",
    ];
    let words = invariant
        .split(' ')
        .map(|word| if names.contains(&word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_invariant_is_found() {
    let sound = sound_folder().await;
    let (all, broken) = check(sound.path()).await;
    assert_eq!(broken, BTreeSet::new());
    for damage in &DAMAGES {
        let folder = damaged(sound.path(), damage).await;
        let (_, broken) = check(folder.path()).await;
        assert!(
            broken.contains(damage.breaks),
            "{}: {broken:?}",
            damage.statements
        );
    }
    let kinds: BTreeSet<String> = all.iter().map(|invariant| kind(invariant)).collect();
    let damaged: BTreeSet<String> = DAMAGES.iter().map(|damage| kind(damage.breaks)).collect();
    assert_eq!(kinds, damaged, "each kind is broken once");
}

#[tokio::test(flavor = "multi_thread")]
async fn open_dispute_is_listed_and_breaks_nothing() {
    let sound = sound_folder().await;
    let about = |table: &str| format!("INSERT INTO disputes {table} LIMIT 1");
    let payments = about(
        "(id, payment_id, status, bars_refund, is_whole, reason, opened_at, next_check_at)
         SELECT 'du_1', id, 'open', 1, 1, 'fraudulent', 0, 0 FROM payments WHERE status = 'succeeded'",
    );
    let orders = about(
        "(id, order_id, payment_id, status, bars_refund)
         SELECT 'du_1', id, payment_id, 'open', 1 FROM orders WHERE status = 'complete'",
    );
    for (database, statement) in [("payments", payments), ("orders", orders)] {
        let path = sound.path().join(format!("{database}.sqlite"));
        let url = format!("sqlite://{}", path.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
    let output = sweep::check(sound.path()).await;
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{report}");
    let listed = report.split_once("NOTE    Open disputes").unwrap().1;
    assert!(
        listed.contains("du_1") && listed.contains("fraudulent"),
        "{report}"
    );
}
