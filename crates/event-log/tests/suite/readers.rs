//! Background work does not share its connections with requests.

use crate::support::ledger::{Ledger, add};
use crate::support::{Scratch, number, options};
use event_log::sql::Pool;
use event_log::{Database, Relay, StoredReply, Tail};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Sqlite, SqliteConnection};

/// Takes every connection of a pool, like a crowd of requests.
async fn take_all(pool: &Pool) -> Vec<PoolConnection<Sqlite>> {
    let mut taken = Vec::new();
    for _ in 0..pool.as_sqlite().unwrap().options().get_max_connections() {
        taken.push(pool.as_sqlite().unwrap().acquire().await.unwrap());
    }
    taken
}

async fn crowd(database: &Database) -> Vec<PoolConnection<Sqlite>> {
    let mut taken = take_all(database.reader()).await;
    taken.extend(take_all(database.search_reader()).await);
    taken
}

#[tokio::test]
async fn background_work_continues_while_requests_hold_every_connection() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    add(&source, "a", 1).await.unwrap();
    let reply = StoredReply {
        key: "key".to_owned(),
        fingerprint: "print".to_owned(),
        status: 201,
        body: "{}".to_owned(),
        extra: None,
    };
    let kept = reply.clone();
    source
        .write(move |tx| Box::pin(async move { tx.store_reply(&kept).await }))
        .await
        .unwrap();
    let taken = (crowd(&source).await, crowd(&consumer).await);
    let relay = Relay::new(source.clone(), consumer.clone(), Ledger::of("source"), options());
    assert_eq!(relay.deliver_pending().await.unwrap(), 1);
    assert_eq!(event_log::status(&source, &consumer).await.unwrap().lag, 0);
    assert_eq!(Tail::new(source.clone(), 0).next_batch().await.unwrap().len(), 1);
    assert_eq!(source.stored_reply("key").await.unwrap(), Some(reply));
    source.check().await.unwrap();
    assert_eq!(source.missing_migrations().await.unwrap(), 0);
    // The control: a reader that shares the pool with the crowd waits.
    assert!(
        source.reader().as_sqlite().unwrap().try_acquire().is_none()
            && consumer
                .search_reader()
                .as_sqlite()
                .unwrap()
                .try_acquire()
                .is_none()
    );
    drop(taken);
}

#[tokio::test]
async fn search_leaves_single_rows_to_be_read() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add(&database, "a", 1).await.unwrap();
    let _searches = take_all(database.search_reader()).await;
    assert_eq!(
        number(&database, "SELECT total FROM accounts WHERE id = 'a'").await,
        1
    );
}

#[tokio::test]
async fn readiness_writes_a_page_and_not_every_time() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    for _ in 0..5 {
        database.check().await.unwrap();
    }
    assert_eq!(number(&database, "SELECT writes FROM write_probe").await, 1);
    // Another handle, as another process has one, changes the row again, without an event.
    let other = scratch.open("source").await;
    other.check().await.unwrap();
    assert_eq!(number(&database, "SELECT writes FROM write_probe").await, 2);
    assert_eq!(number(&database, "SELECT count(*) FROM events").await, 0);
}

#[tokio::test]
async fn locked_database_is_not_ready() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let options = SqliteConnectOptions::new().filename(scratch.path("source"));
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    assert!(database.check().await.unwrap_err().is_transient());
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    crate::support::until(async || database.check().await.is_ok()).await;
}
