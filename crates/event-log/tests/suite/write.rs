//! The one way to write: behavior when the work, its caller, or the disk fails.

use std::sync::Arc;

use crate::support::ledger::{add, add_within};
use crate::support::{Scratch, execute, number};
use event_log::sql::unchecked;
use event_log::{DatabaseError, Transaction};
use futures::FutureExt;
use tokio::sync::Notify;

#[tokio::test]
async fn dropped_caller_does_not_interrupt_its_write() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (signal, gate) = (Arc::clone(&begun), Arc::clone(&go_on));
    let write = database.write(move |tx| {
        Box::pin(async move {
            unchecked("INSERT INTO accounts VALUES ('half', 0, 1)")
                .execute(tx.connection())
                .await?;
            signal.notify_one();
            gate.notified().await;
            add_within(tx, "half", 1).await
        })
    });
    tokio::select! {
        _ = write => unreachable!("the gate is closed"),
        () = begun.notified() => {}
    }
    // The future of the write has been dropped.
    go_on.notify_one();
    assert_eq!(add(&database, "next", 1).await.unwrap(), 2);
    assert_eq!(
        number(&database, "SELECT total FROM accounts WHERE id = 'half'").await,
        2
    );
}

#[tokio::test]
async fn panic_rolls_back_and_reaches_the_caller() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let write = database.write(|tx: &mut Transaction| {
        Box::pin(async move {
            add_within(tx, "a", 1).await?;
            assert!(tx.now_ms() <= 0, "out of luck");
            Ok::<_, DatabaseError>(())
        })
    });
    let payload = std::panic::AssertUnwindSafe(write)
        .catch_unwind()
        .await
        .unwrap_err();
    assert_eq!(*payload.downcast_ref::<&str>().unwrap(), "out of luck");
    assert_eq!(number(&database, "SELECT count(*) FROM accounts").await, 0);
    assert_eq!(add(&database, "a", 1).await.unwrap(), 1);
}

#[tokio::test]
async fn full_disk_fails_one_write_and_not_the_next() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let filling = database.write(|tx| {
        Box::pin(async move {
            unchecked("PRAGMA max_page_count = 1")
                .execute(tx.connection())
                .await?;
            let large = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
                         INSERT INTO accounts SELECT hex(randomblob(500)), 0, 0 FROM n";
            unchecked(large).execute(tx.connection()).await?;
            Ok::<_, DatabaseError>(())
        })
    });
    let full = filling.await.unwrap_err();
    assert!(full.is_transient() && !full.is_permanent(), "{full}");
    assert_eq!(add(&database, "a", 1).await.unwrap(), 1);
    assert_eq!(number(&database, "SELECT count(*) FROM accounts").await, 1);
}

/// So does a failing disk; the driver does not notice and would refuse every later transaction on this connection.
#[tokio::test]
async fn transaction_that_sqlite_ends_by_itself_fails_one_write_and_not_the_next() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add(&database, "a", 1).await.unwrap();
    let conflict = "INSERT OR ROLLBACK INTO accounts VALUES ('a', 0, 1)";
    assert!(
        execute(&database, conflict)
            .await
            .unwrap_err()
            .is_unique_violation()
    );
    assert_eq!(add(&database, "a", 1).await.unwrap(), 2);
}

#[tokio::test]
async fn commit_that_a_deferred_constraint_refuses_writes_nothing() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    execute(
        &database,
        "CREATE TABLE notes (account TEXT REFERENCES accounts DEFERRABLE INITIALLY DEFERRED) STRICT",
    )
    .await
    .unwrap();
    let refused = execute(&database, "INSERT INTO notes VALUES ('nobody')")
        .await
        .unwrap_err();
    assert!(refused.is_constraint_violation(), "{refused}");
    assert_eq!(number(&database, "SELECT count(*) FROM notes").await, 0);
    assert_eq!(add(&database, "a", 1).await.unwrap(), 1);
}

#[tokio::test]
async fn readers_cannot_write() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let insert = "INSERT INTO accounts VALUES ('a', 0, 1)";
    assert!(unchecked(insert).execute(database.reader()).await.is_err());
    assert_eq!(execute(&database, insert).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn write_is_in_the_very_next_read_and_published() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    for expected in 1..=50 {
        let sequence = add(&database, "a", 1).await.unwrap();
        assert_eq!(sequence, expected);
        assert_eq!(
            number(&database, "SELECT max(sequence) FROM events").await,
            expected
        );
        assert_eq!(*database.watch().borrow(), expected);
    }
}

#[tokio::test]
async fn write_without_events_wakes_nobody() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let watching = database.watch();
    execute(&database, "INSERT INTO accounts VALUES ('a', 0, 1)")
        .await
        .unwrap();
    assert!(!watching.has_changed().unwrap());
    add(&database, "b", 1).await.unwrap();
    assert!(watching.has_changed().unwrap());
}
