//! What is measured: commits are counted and rollbacks are not, writes are timed, deliveries are counted once.

use std::sync::Arc;

use crate::support::ledger::{Ledger, add};
use crate::support::{NEW_YEAR_MS, Scratch, execute, options, until};
use event_log::sql::unchecked;
use event_log::{CommitCounters, Database, DatabaseError, Relay, RelayMetrics, RelayOptions, undelivered};
use prometheus_client::metrics::counter::Counter;
use serde::Serialize;
use tokio::sync::Notify;

#[derive(Serialize)]
struct Lit {
    lamps: i64,
}

/// A fact that no event tells of.
struct Flickered;

struct Counted {
    lit: Counter,
    many: Counter,
    flickered: Counter,
    database: Database,
}

async fn counted(scratch: &Scratch) -> Counted {
    let (lit, many, flickered) = (Counter::default(), Counter::default(), Counter::default());
    let (of_lit, of_many, of_flickered) = (lit.clone(), many.clone(), flickered.clone());
    let counters = CommitCounters::new()
        .on(move |_: &Lit| Some(of_lit.clone()))
        .on(move |event: &Lit| (event.lamps > 1).then(|| of_many.clone()))
        .on(move |_: &Flickered| Some(of_flickered.clone()));
    Counted {
        lit,
        many,
        flickered,
        database: scratch.open("source").await.counting(counters),
    }
}

impl Counted {
    fn values(&self) -> [u64; 3] {
        [&self.lit, &self.many, &self.flickered].map(Counter::get)
    }
}

#[tokio::test]
async fn commit_is_counted_and_a_rollback_is_not() {
    let scratch = Scratch::new();
    let counted = counted(&scratch).await;
    for (version, is_kept) in [(0, true), (1, false), (1, true)] {
        let written: Result<(), DatabaseError> = counted
            .database
            .write(move |tx| {
                Box::pin(async move {
                    tx.append("lamp:lit", "desk", version, &Lit { lamps: version + 1 })
                        .await?;
                    tx.count(&Flickered);
                    if is_kept {
                        Ok(())
                    } else {
                        Err(sqlx::Error::RowNotFound.into())
                    }
                })
            })
            .await;
        assert_eq!(written.is_ok(), is_kept);
    }
    assert_eq!(counted.values(), [2, 1, 2]);
    let published = counted.database.metrics().published.counts();
    assert_eq!(published, [("lamp:lit", 2)]);
}

#[tokio::test]
async fn commit_that_fails_counts_nothing() {
    let scratch = Scratch::new();
    let counted = counted(&scratch).await;
    let deferred =
        "CREATE TABLE notes (account TEXT REFERENCES accounts DEFERRABLE INITIALLY DEFERRED) STRICT";
    execute(&counted.database, deferred).await.unwrap();
    let written: Result<(), DatabaseError> = counted
        .database
        .write(|tx| {
            Box::pin(async move {
                tx.append("lamp:lit", "desk", 0, &Lit { lamps: 2 }).await?;
                tx.count(&Flickered);
                // Refused by the commit.
                unchecked("INSERT INTO notes VALUES ('no such account')")
                    .execute(tx.connection())
                    .await?;
                Ok(())
            })
        })
        .await;
    assert!(written.unwrap_err().is_constraint_violation());
    assert_eq!(counted.values(), [0, 0, 0]);
}

#[tokio::test]
async fn nothing_is_counted_before_the_commit_and_a_caller_that_has_gone_changes_nothing() {
    let scratch = Scratch::new();
    let counted = counted(&scratch).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (signal, gate) = (Arc::clone(&begun), Arc::clone(&go_on));
    let write = counted.database.write(move |tx| {
        Box::pin(async move {
            tx.append("lamp:lit", "desk", 0, &Lit { lamps: 2 }).await?;
            signal.notify_one();
            gate.notified().await;
            Ok::<_, DatabaseError>(())
        })
    });
    tokio::select! {
        _ = write => unreachable!("the gate is closed"),
        () = begun.notified() => {}
    }
    assert_eq!(counted.values(), [0, 0, 0]);
    go_on.notify_one();
    // Writes run one after the other.
    add(&counted.database, "next", 1).await.unwrap();
    assert_eq!(counted.values(), [1, 1, 0]);
}

#[tokio::test]
async fn event_is_counted_as_delivered_once_it_is_committed() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for account in ["good", "bad", "good"] {
        add(&source, account, 1).await.unwrap();
    }
    let ledger = Ledger::of("source");
    ledger.reject("bad");
    let metrics = RelayMetrics::default();
    let options = RelayOptions {
        metrics: metrics.clone(),
        ..options()
    };
    let relay = Relay::new(source.clone(), consumer.clone(), ledger.clone(), options);
    assert_eq!(
        undelivered(&source, &consumer).await.unwrap().pending_since_ms,
        Some(NEW_YEAR_MS)
    );
    relay.deliver_pending().await.unwrap();
    assert_eq!((metrics.delivered.get(), metrics.failed_attempts.get()), (2, 1));
    let left = undelivered(&source, &consumer).await.unwrap();
    assert_eq!(
        (left.pending_since_ms, left.waiting_since_ms),
        (None, Some(NEW_YEAR_MS))
    );
    ledger.accept("bad");
    scratch.clock.advance(std::time::Duration::from_mins(1));
    relay.deliver_pending().await.unwrap();
    assert_eq!((metrics.delivered.get(), metrics.failed_attempts.get()), (3, 1));
    assert_eq!(
        undelivered(&source, &consumer).await.unwrap().waiting_since_ms,
        None
    );
}

#[tokio::test]
async fn connections_in_use_are_counted() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let usage = || database.pools().map(|pool| (pool.pool, pool.in_use, pool.limit));
    // A connection goes back to its pool a moment after its use.
    let all_are_back = [
        ("write", 0, 1),
        ("request", 0, 2),
        ("search", 0, 2),
        ("internal", 0, 3),
    ];
    until(async || usage() == all_are_back).await;
    let held = database.reader().as_sqlite().unwrap().acquire().await.unwrap();
    assert_eq!(usage()[1], ("request", 1, 2));
    drop(held);
}
