//! The cause of a failure: an event, which goes into the retry queue, or a database, for which nothing is queued.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::ledger::{CHANGED, add, enter, versions};
use crate::support::{Scratch, number, options, until};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{ApplyError, BoxFuture, Database, DatabaseError, Event, Handler, Relay, Transaction, status};
use tokio_util::sync::CancellationToken;

/// Enters every event, after a set number of failures.
struct Failing {
    failures: AtomicUsize,
    fail: fn(&mut Transaction) -> BoxFuture<'_, Result<(), ApplyError>>,
}

impl Handler for Failing {
    fn subjects(&self) -> &'static [&'static str] {
        &[CHANGED]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            enter(tx, "source", event).await?;
            let left = self.failures.load(Ordering::Relaxed);
            if left > 0 && event.aggregate_id == "b" {
                self.failures.store(left - 1, Ordering::Relaxed);
                (self.fail)(tx).await?;
            }
            Ok(())
        })
    }
}

struct Case {
    _scratch: Scratch,
    source: Database,
    consumer: Database,
    relay: Relay,
}

async fn case(failures: usize, fail: fn(&mut Transaction) -> BoxFuture<'_, Result<(), ApplyError>>) -> Case {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for account in ["a", "b", "c", "b"] {
        add(&source, account, 1).await.unwrap();
    }
    let handler = Failing {
        failures: AtomicUsize::new(failures),
        fail,
    };
    let relay = Relay::new(source.clone(), consumer.clone(), handler, options());
    Case {
        _scratch: scratch,
        source,
        consumer,
        relay,
    }
}

impl Case {
    async fn assert_only_b_is_queued(&self, error: &str) {
        self.assert_only_b_failed((1, 0), error).await;
    }

    /// Only `b` failed: this many aggregates wait for another attempt, and this many are dead-lettered.
    async fn assert_only_b_failed(&self, waiting: (i64, i64), error: &str) {
        self.relay.deliver_pending().await.unwrap();
        let status = status(&self.source, &self.consumer).await.unwrap();
        assert_eq!(status.lag, 0);
        assert_eq!((status.retrying, status.dead_lettered), waiting);
        assert_eq!(versions(&self.consumer, "a").await, [0]);
        assert_eq!(versions(&self.consumer, "b").await, [0_i64; 0]);
        assert_eq!(versions(&self.consumer, "c").await, [0]);
        let recorded: String = unchecked_scalar("SELECT last_error FROM retry_queue")
            .fetch_one(self.consumer.reader())
            .await
            .unwrap();
        assert!(recorded.contains(error), "{recorded}");
    }
}

#[tokio::test]
async fn rejected_event_is_retried() {
    let case = case(9, |_| {
        Box::pin(async { Err(ApplyError::Rejected("a gap".into())) })
    })
    .await;
    case.assert_only_b_is_queued("a gap").await;
}

#[tokio::test]
async fn event_that_breaks_a_constraint_is_retried() {
    let case = case(9, |tx| {
        Box::pin(async move {
            unchecked("INSERT INTO entries VALUES ('source', 1, 'b', 0, 13)")
                .execute(tx.connection())
                .await?;
            Ok(())
        })
    });
    case.await
        .assert_only_b_is_queued("CHECK constraint failed")
        .await;
}

#[tokio::test]
async fn event_without_the_expected_payload_is_a_dead_letter_at_once() {
    let case = case(9, |_| {
        Box::pin(async {
            serde_json::from_str::<i64>("{}")?;
            Ok(())
        })
    });
    case.await
        .assert_only_b_failed((0, 1), "the payload cannot be read")
        .await;
}

#[tokio::test]
async fn panic_queues_the_event_and_the_relay_lives() {
    let case = case(9, |tx| {
        Box::pin(async move {
            assert!(tx.now_ms() < 0, "an impossible state");
            Ok(())
        })
    });
    case.await
        .assert_only_b_is_queued("the handler panicked: an impossible state")
        .await;
}

#[tokio::test]
async fn transient_failure_queues_nothing_and_the_batch_is_retried() {
    let case = case(2, |_| Box::pin(async { Err(sqlx::Error::PoolTimedOut.into()) })).await;
    for _ in 0..2 {
        case.relay.deliver_pending().await.unwrap_err();
        let status = status(&case.source, &case.consumer).await.unwrap();
        assert_eq!(
            (status.position, status.retrying, status.dead_lettered),
            (0, 0, 0)
        );
        assert_eq!(number(&case.consumer, "SELECT count(*) FROM entries").await, 0);
    }
    assert_eq!(case.relay.deliver_pending().await.unwrap(), 4);
    assert_eq!(versions(&case.consumer, "b").await, [0, 1]);
}

#[tokio::test]
async fn full_disk_queues_nothing() {
    let case = case(1, |tx| {
        Box::pin(async move {
            unchecked("PRAGMA max_page_count = 1")
                .execute(tx.connection())
                .await?;
            let large = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
                         INSERT INTO accounts SELECT hex(randomblob(500)), 0, 0 FROM n";
            unchecked(large).execute(tx.connection()).await?;
            Ok(())
        })
    })
    .await;
    let error = case.relay.deliver_pending().await.unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(case.relay.deliver_pending().await.unwrap(), 4);
    assert_eq!(versions(&case.consumer, "b").await, [0, 1]);
}

#[tokio::test]
async fn running_relay_survives_failures_of_the_database() {
    let case = case(5, |_| Box::pin(async { Err(sqlx::Error::PoolTimedOut.into()) })).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(case.relay.run(stop.clone()));
    until(async || versions(&case.consumer, "b").await == [0, 1]).await;
    stop.cancel();
    running.await.unwrap();
}

#[test]
fn every_error_has_its_place() {
    let transient = |error: sqlx::Error| DatabaseError::from(error).is_transient();
    let is_permanent = |error: sqlx::Error| DatabaseError::from(error).is_permanent();
    for (error, expected) in [
        (sqlx::Error::PoolTimedOut, (true, false)),
        (sqlx::Error::WorkerCrashed, (true, false)),
        (sqlx::Error::Io(std::io::Error::other("cable")), (true, false)),
        (sqlx::Error::PoolClosed, (false, false)),
        (sqlx::Error::RowNotFound, (false, true)),
        (sqlx::Error::Decode("text".into()), (false, true)),
    ] {
        let text = error.to_string();
        let database = DatabaseError::from(error);
        assert_eq!(
            (database.is_transient(), database.is_permanent()),
            expected,
            "{text}"
        );
    }
    assert!(!transient(sqlx::Error::ColumnNotFound("x".into())));
    assert!(is_permanent(sqlx::Error::ColumnNotFound("x".into())));
}
