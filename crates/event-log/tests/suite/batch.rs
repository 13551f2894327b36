//! Requests of many callers in one transaction: who is in a batch, and what one of them can do to the others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Scratch, number, until};
use event_log::sql::unchecked;
use event_log::{
    BATCH_LIMIT, BatchOperation, BatchQueue, BatchResults, BoxFuture, Database, DatabaseError, NewEvent,
    QUEUE_LIMIT, Transaction,
};
use futures::FutureExt;
use futures::future::join_all;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

/// Opens an account for each name, with an event. Some names are special.
struct OpenAccounts {
    executions: Arc<AtomicUsize>,
}

/// Refused by the rules.
const REFUSED: &str = "refused";
/// Refused by the database, which fails the statement of the whole batch.
const POISONED: &str = "poisoned";
/// Panics.
const PANICS: &str = "panics";
/// Fills the disk.
const TOO_LARGE: &str = "too large";

#[derive(Debug)]
enum Error {
    Refused,
    Database(DatabaseError),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl BatchOperation for OpenAccounts {
    type Request = String;
    type Value = usize;
    type Error = Error;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        names: &'t [String],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, Error>> {
        Box::pin(async move {
            self.executions.fetch_add(1, Ordering::Relaxed);
            let accepted: Vec<_> = names.iter().filter(|name| *name != REFUSED).collect();
            let rows = serde_json::to_string(&accepted).map_err(DatabaseError::from)?;
            let insert = "INSERT INTO accounts
                 SELECT CASE r.value WHEN 'too large' THEN hex(randomblob(1000000)) ELSE r.value END,
                     CASE r.value WHEN 'poisoned' THEN NULL ELSE 0 END, 0
                 FROM json_each($1) AS r ORDER BY r.key";
            unchecked(insert)
                .bind(rows)
                .execute(tx.connection())
                .await
                .map_err(DatabaseError::from)?;
            assert!(!accepted.iter().any(|name| *name == PANICS), "out of luck");
            let events = accepted
                .iter()
                .map(|name| NewEvent::new("account:opened", name, 0, serde_json::json!({})));
            let events: Result<Vec<_>, _> = events.collect();
            tx.append_all(&events.map_err(DatabaseError::from)?).await?;
            Ok(names
                .iter()
                .map(|name| {
                    if name == REFUSED {
                        Err(Error::Refused)
                    } else {
                        Ok(names.len())
                    }
                })
                .collect())
        })
    }
}

struct Fixture {
    scratch: Scratch,
    database: Database,
    queue: BatchQueue<OpenAccounts>,
    executions: Arc<AtomicUsize>,
}

impl Fixture {
    async fn new() -> Self {
        let scratch = Scratch::new();
        let database = scratch.open("source").await;
        let executions = Arc::new(AtomicUsize::new(0));
        let operation = OpenAccounts {
            executions: Arc::clone(&executions),
        };
        Self {
            queue: BatchQueue::new(database.clone(), operation),
            scratch,
            database,
            executions,
        }
    }

    /// Occupies the writer until the result is dropped, so that requests queue.
    async fn occupy(&self) -> oneshot::Sender<()> {
        let (release, released) = oneshot::channel::<()>();
        let (begun, has_begun) = oneshot::channel();
        let database = self.database.clone();
        tokio::spawn(async move {
            let write = database.write(move |_| {
                Box::pin(async move {
                    let _ = begun.send(());
                    let _ = released.await;
                    Ok::<_, DatabaseError>(())
                })
            });
            write.await
        });
        has_begun.await.unwrap();
        release
    }

    /// Submits requests in this order while the writer is occupied: they are one batch.
    async fn batch(&self, names: &[&str]) -> Vec<Result<usize, Error>> {
        let release = self.occupy().await;
        let queue = self.queue.clone();
        let submitted = names.iter().map(|name| queue.submit((*name).to_owned()));
        let all = join_all(submitted);
        tokio::pin!(all);
        // Polled once, each of them is in the queue.
        assert!((&mut all).now_or_never().is_none());
        drop(release);
        all.await
    }

    fn executions(&self) -> usize {
        self.executions.load(Ordering::Relaxed)
    }

    async fn accounts(&self) -> i64 {
        number(&self.database, "SELECT count(*) FROM accounts").await
    }

    async fn events(&self) -> i64 {
        number(&self.database, "SELECT count(*) FROM events").await
    }
}

#[tokio::test]
async fn lone_request_is_a_batch_of_one() {
    let fixture = Fixture::new().await;
    for name in ["a", "b", "c"] {
        assert_eq!(fixture.queue.submit(name.to_owned()).await.unwrap(), 1);
    }
    assert_eq!((fixture.executions(), fixture.accounts().await), (3, 3));
}

#[tokio::test]
async fn requests_that_queue_up_are_executed_in_one_transaction_and_in_order() {
    let fixture = Fixture::new().await;
    let results = fixture.batch(&["c", "a", "b"]).await;
    assert!(
        results.iter().all(|result| matches!(result, Ok(3))),
        "{results:?}"
    );
    assert_eq!(fixture.executions(), 1);
    let events = fixture.database.events_since("account:opened", 0).await.unwrap();
    let names: Vec<_> = events
        .iter()
        .map(|event| (event.sequence, event.aggregate_id.as_str()))
        .collect();
    assert_eq!(names, [(1, "c"), (2, "a"), (3, "b")]);
    assert_eq!(*fixture.database.watch().borrow(), 3);
}

#[tokio::test]
async fn batch_is_bounded() {
    let fixture = Fixture::new().await;
    let names: Vec<_> = (0..=BATCH_LIMIT).map(|n| n.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let results = fixture.batch(&names).await;
    let sizes: Vec<_> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!((sizes[0], sizes[BATCH_LIMIT]), (BATCH_LIMIT, 1));
}

#[tokio::test]
async fn refused_request_leaves_nothing_and_harms_no_other() {
    let fixture = Fixture::new().await;
    let results = fixture.batch(&["a", REFUSED, "b"]).await;
    assert!(
        matches!(results[..], [Ok(3), Err(Error::Refused), Ok(3)]),
        "{results:?}"
    );
    assert_eq!(
        (
            fixture.executions(),
            fixture.accounts().await,
            fixture.events().await
        ),
        (1, 2, 2)
    );
}

#[tokio::test]
async fn poisoned_request_harms_no_other() {
    let fixture = Fixture::new().await;
    let results = fixture.batch(&["a", POISONED, "b"]).await;
    let [Ok(1), Err(Error::Database(error)), Ok(1)] = &results[..] else {
        panic!("{results:?}");
    };
    assert!(error.is_constraint_violation(), "{error}");
    assert_eq!(
        (
            fixture.executions(),
            fixture.accounts().await,
            fixture.events().await
        ),
        (4, 2, 2)
    );
}

/// One event of the batch has a version that was announced before: the statements before it are rolled back.
#[tokio::test]
async fn what_fails_late_in_a_batch_leaves_nothing_of_its_beginning() {
    let fixture = Fixture::new().await;
    fixture.queue.submit("a".to_owned()).await.unwrap();
    crate::support::execute(&fixture.database, "DELETE FROM accounts")
        .await
        .unwrap();
    let results = fixture.batch(&["b", "a", "c"]).await;
    let [Ok(1), Err(Error::Database(error)), Ok(1)] = &results[..] else {
        panic!("{results:?}");
    };
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!((fixture.accounts().await, fixture.events().await), (2, 3));
}

#[tokio::test]
async fn panic_reaches_its_caller_and_harms_no_other() {
    let fixture = Fixture::new().await;
    let release = fixture.occupy().await;
    let submit = |name: &str| {
        let (queue, name) = (fixture.queue.clone(), name.to_owned());
        tokio::spawn(async move { queue.submit(name).await })
    };
    let (a, panics, b) = (submit("a"), submit(PANICS), submit("b"));
    tokio::task::yield_now().await;
    drop(release);
    assert!(panics.await.unwrap_err().is_panic());
    assert!(matches!((a.await.unwrap(), b.await.unwrap()), (Ok(1), Ok(1))));
    assert_eq!((fixture.accounts().await, fixture.events().await), (2, 2));
    assert_eq!(fixture.queue.submit("next".to_owned()).await.unwrap(), 1);
}

#[tokio::test]
async fn full_disk_in_a_batch_fails_what_does_not_fit() {
    let fixture = Fixture::new().await;
    crate::support::execute(&fixture.database, "PRAGMA max_page_count = 200")
        .await
        .unwrap();
    let results = fixture.batch(&["a", TOO_LARGE, "b"]).await;
    let [Ok(1), Err(Error::Database(_)), Ok(1)] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!((fixture.accounts().await, fixture.events().await), (2, 2));
}

#[tokio::test]
async fn caller_that_goes_away_has_its_effect_once() {
    let fixture = Fixture::new().await;
    let release = fixture.occupy().await;
    let gone = fixture.queue.submit("gone".to_owned());
    assert!(gone.now_or_never().is_none());
    let stays = fixture.queue.submit("stays".to_owned());
    drop(release);
    assert_eq!(stays.await.unwrap(), 2);
    assert_eq!((fixture.accounts().await, fixture.events().await), (2, 2));
}

#[tokio::test]
async fn full_queue_refuses_at_once() {
    let fixture = Fixture::new().await;
    let release = fixture.occupy().await;
    let queue = fixture.queue.clone();
    let waiting = join_all((0..QUEUE_LIMIT).map(|n| queue.submit(n.to_string())));
    tokio::pin!(waiting);
    assert!((&mut waiting).now_or_never().is_none());
    let refused = queue.submit("one too many".to_owned()).now_or_never().unwrap();
    assert!(matches!(refused, Err(Error::Database(error)) if error.is_transient()));
    drop(release);
    assert!(waiting.await.iter().all(Result::is_ok));
    assert_eq!(fixture.accounts().await, i64::try_from(QUEUE_LIMIT).unwrap());
}

/// Batches of two queues, and single writes, take turns.
#[tokio::test(flavor = "multi_thread")]
async fn batches_and_other_writes_take_turns() {
    let fixture = Fixture::new().await;
    let stop = Arc::new(Semaphore::new(0));
    let stream: Vec<JoinHandle<()>> = (0..4)
        .map(|client| {
            let (queue, stop) = (fixture.queue.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut count = 0;
                while stop.available_permits() == 0 {
                    queue.submit(format!("{client} {count}")).await.unwrap();
                    count += 1;
                }
            })
        })
        .collect();
    until(|| async { fixture.executions() > 20 }).await;
    for _ in 0..20 {
        crate::support::execute(
            &fixture.database,
            "INSERT INTO totals VALUES (hex(randomblob(8)), 1)",
        )
        .await
        .unwrap();
    }
    stop.add_permits(1);
    join_all(stream).await;
    assert_eq!(number(&fixture.database, "SELECT count(*) FROM totals").await, 20);
    assert_eq!(fixture.accounts().await, fixture.events().await);
    drop(fixture.scratch);
}
