//! Requests that are earlier than the rows that they need.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::support::Scratch;
use crate::support::ledger::add_within;
use event_log::sql::unchecked_scalar;
use event_log::{Arrivals, Database, DatabaseError};
use futures::FutureExt;

/// Long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, PartialEq, Eq)]
enum Refused {
    Missing,
    Otherwise,
}

async fn arrive(database: &Database, account: &'static str) {
    let write = database.write(move |tx| {
        Box::pin(async move {
            add_within(tx, account, 1).await?;
            tx.announce([account]);
            Ok::<_, DatabaseError>(())
        })
    });
    write.await.unwrap();
}

async fn find(database: &Database, account: &str) -> Result<(), Refused> {
    let found = unchecked_scalar("SELECT 1 FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_optional::<i64>(database.reader())
        .await
        .unwrap();
    found.map(|_| ()).ok_or(Refused::Missing)
}

fn is_missing(refused: &Refused) -> bool {
    *refused == Refused::Missing
}

#[tokio::test]
async fn request_waits_for_its_row_and_for_no_other() {
    let scratch = Scratch::new();
    let database = scratch.open("consumer").await;
    let arrivals = Arrivals::of(&database);
    let attempts = AtomicU32::new(0);
    let request = arrivals.attempt(&"b", LIMIT, is_missing, async || {
        let found = find(&database, "b").await;
        attempts.fetch_add(1, Ordering::Relaxed);
        found
    });
    let arriving = async {
        // It waits once the second attempt has ended.
        while attempts.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        arrive(&database, "a").await;
        arrive(&database, "b").await;
    };
    let (found, ()) = tokio::join!(request, arriving);
    assert_eq!(found, Ok(()));
    assert_eq!(attempts.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn row_that_arrives_between_the_first_attempt_and_the_wait_is_found() {
    let scratch = Scratch::new();
    let database = scratch.open("consumer").await;
    let arrivals = Arrivals::of(&database);
    let attempts = AtomicU32::new(0);
    let found = arrivals.attempt(&"a", LIMIT, is_missing, || async {
        let found = find(&database, "a").await;
        if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
            arrive(&database, "a").await;
        }
        found
    });
    assert_eq!(found.await, Ok(()));
    assert_eq!(attempts.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn row_that_never_arrives_is_missing() {
    let scratch = Scratch::new();
    let database = scratch.open("consumer").await;
    let arrivals = Arrivals::of(&database);
    let limit = Duration::from_millis(1);
    let found = arrivals.attempt(&"a", limit, is_missing, || find(&database, "a"));
    assert_eq!(found.await, Err(Refused::Missing));
}

#[tokio::test]
async fn other_refusals_are_returned_at_once() {
    let scratch = Scratch::new();
    let database = scratch.open("consumer").await;
    let arrivals = Arrivals::of(&database);
    let refused = arrivals.attempt(&"a", LIMIT, is_missing, || async {
        Err::<(), _>(Refused::Otherwise)
    });
    assert_eq!(refused.now_or_never(), Some(Err(Refused::Otherwise)));
}
