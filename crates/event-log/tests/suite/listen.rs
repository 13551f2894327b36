//! What is kept in memory moves forward with each commit.

use std::sync::{Arc, Mutex};

use crate::support::ledger::add_within;
use crate::support::{Scratch, number};
use event_log::{CommitOutcome, Database, DatabaseError};
use futures::FutureExt;
use futures::future::join_all;

/// An account, and the sequence of the event of its change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Added(String, i64);

type Notifications = Arc<Mutex<Vec<(Added, CommitOutcome)>>>;

fn listen(database: &Database) -> Notifications {
    let notifications = Notifications::default();
    let sink = Arc::clone(&notifications);
    database.listen(move |added: &Added, outcome| sink.lock().unwrap().push((added.clone(), outcome)));
    notifications
}

async fn add(database: &Database, account: &str, amount: i64) -> Result<i64, DatabaseError> {
    let account = account.to_owned();
    database
        .write(move |tx| {
            Box::pin(async move {
                let sequence = add_within(tx, &account, amount).await?;
                tx.notify(Added(account, sequence));
                // Nobody listens for this.
                tx.notify(sequence);
                Ok(sequence)
            })
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listeners_hear_of_commits_in_their_order_and_before_the_writers() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let notifications = listen(&database);
    let writers = (0..50).map(|_| {
        let (database, notifications) = (database.clone(), Arc::clone(&notifications));
        tokio::spawn(async move {
            let sequence = add(&database, "a", 1).await.unwrap();
            let own = (Added("a".to_owned(), sequence), CommitOutcome::Committed);
            assert!(
                notifications.lock().unwrap().contains(&own),
                "{sequence} was answered first"
            );
        })
    });
    for ended in join_all(writers).await {
        ended.unwrap();
    }
    let sequences: Vec<i64> = notifications
        .lock()
        .unwrap()
        .iter()
        .map(|(added, _)| added.1)
        .collect();
    assert_eq!(sequences, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn nobody_hears_of_what_is_rolled_back() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let notifications = listen(&database);
    let refused = database.write(|tx| {
        Box::pin(async move {
            add_within(tx, "a", 1).await?;
            tx.notify(Added("a".to_owned(), 1));
            Err::<(), _>(DatabaseError::from(sqlx::Error::RowNotFound))
        })
    });
    assert!(refused.await.is_err());
    assert_eq!(*notifications.lock().unwrap(), []);
    add(&database, "a", 1).await.unwrap();
    assert_eq!(notifications.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn commit_that_fails_is_in_doubt() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let notifications = listen(&database);
    let failing = database.write(|tx| {
        Box::pin(async move {
            add_within(tx, "a", 1).await?;
            tx.notify(Added("a".to_owned(), 1));
            sqlx::raw_sql(
                "CREATE TABLE parents (id INTEGER PRIMARY KEY);
                 CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
                 INSERT INTO children VALUES (1)",
            )
            .execute(tx.connection().as_sqlite().unwrap())
            .await?;
            Ok::<_, DatabaseError>(())
        })
    });
    // The foreign key is checked by the commit.
    assert!(failing.await.unwrap_err().is_constraint_violation());
    let in_doubt = (Added("a".to_owned(), 1), CommitOutcome::InDoubt);
    assert_eq!(*notifications.lock().unwrap(), [in_doubt]);
    assert_eq!(number(&database, "SELECT count(*) FROM accounts").await, 0);
    assert_eq!(database.events().tail(0).pending_batch().await.unwrap(), []);
    add(&database, "a", 1).await.unwrap();
    let events = database.events().tail(0).pending_batch().await.unwrap();
    assert_eq!(events.len(), 1, "what was not committed is no event");
}

#[tokio::test]
async fn listener_that_panics_harms_neither_the_writer_nor_other_listeners() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    database.listen(|_: &Added, _| panic!("out of luck"));
    let notifications = listen(&database);
    assert_eq!(add(&database, "a", 1).await.unwrap(), 1);
    assert_eq!(add(&database, "a", 1).await.unwrap(), 2);
    assert_eq!(notifications.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_commits_between_commits() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let notifications = listen(&database);
    let mut writing = Box::pin(add(&database, "a", 1));
    let seen = database.between_commits(async {
        assert!((&mut writing).now_or_never().is_none());
        let accounts = number(&database, "SELECT count(*) FROM accounts").await;
        // However long it takes.
        for _ in 0..100 {
            assert!((&mut writing).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        (accounts, notifications.lock().unwrap().len())
    });
    assert_eq!(seen.await, (0, 0));
    assert_eq!(writing.await.unwrap(), 1);
    assert_eq!(notifications.lock().unwrap().len(), 1);
}

/// However slow a listener is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn next_commit_waits_for_the_listeners_of_the_one_before() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let notified = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&notified);
    database.listen(move |added: &Added, _| {
        if added.1 == 1 {
            // In place: the connection of the first commit is given back by another task, which must not wait for this one.
            tokio::task::block_in_place(|| std::thread::sleep(std::time::Duration::from_millis(100)));
        }
        sink.lock().unwrap().push(added.1);
    });
    let (one, other) = tokio::join!(add(&database, "a", 1), add(&database, "b", 1));
    one.unwrap();
    other.unwrap();
    assert_eq!(*notified.lock().unwrap(), [1, 2]);
}

/// Between commits, a writer that has come as far as its commit waits with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writer_that_is_ready_commits_nothing_between_commits() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let (ready, mut is_ready) = tokio::sync::mpsc::unbounded_channel();
    let observed = database.observed_by(event_log::Observer::new(move |step| {
        if step == event_log::Step::BeforeCommit {
            let _ = ready.send(());
        }
    }));
    let mut writing = None;
    database
        .between_commits(async {
            writing = Some(tokio::spawn(async move { add(&observed, "a", 1).await }));
            is_ready.recv().await.unwrap();
            // Longer than a commit takes.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            assert_eq!(number(&database, "SELECT count(*) FROM accounts").await, 0);
        })
        .await;
    assert_eq!(writing.unwrap().await.unwrap().unwrap(), 1);
}
