//! The write-ahead log stays within its bound, whatever the readers do.

use std::time::Duration;

use crate::support::{Scratch, execute, until};
use event_log::{Database, WAL_HARD_LIMIT, WAL_SOFT_LIMIT};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Connection, SqliteConnection};
use tokio_util::sync::CancellationToken;

const MIB: u64 = 1024 * 1024;

/// How long a reader keeps one snapshot of the database.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// Reads without end, so that with another one there is always a reader.
async fn keep_reading(database: Database, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let mut looking = database
            .reader()
            .as_sqlite()
            .unwrap()
            .begin_with("BEGIN")
            .await
            .unwrap();
        sqlx::query("SELECT count(*) FROM large")
            .fetch_one(&mut *looking)
            .await
            .unwrap();
        tokio::time::sleep(CHECK_INTERVAL).await;
        looking.rollback().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_stays_within_its_bound_while_reads_overlap_without_end() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    execute(&database, "CREATE TABLE large (content BLOB NOT NULL) STRICT")
        .await
        .unwrap();
    execute(&database, "INSERT INTO large VALUES (zeroblob(1048576))")
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let readers: Vec<_> = (0..2)
        .map(|_| tokio::spawn(keep_reading(database.clone(), stop.clone())))
        .collect();
    let mut largest = 0;
    for _ in 0..100 {
        execute(&database, "UPDATE large SET content = randomblob(1048576)")
            .await
            .unwrap();
        largest = largest.max(database.wal_bytes());
    }
    // One transaction more than the bound, which is checked before each.
    assert!(largest <= WAL_HARD_LIMIT + 2 * MIB, "{} MiB", largest / MIB);
    stop.cancel();
    for reader in readers {
        reader.await.unwrap();
    }
    // And without a write, below the limit at which one would have truncated it.
    until(async || database.wal_bytes() <= WAL_SOFT_LIMIT).await;
    database.close().await;
}

/// The control: SQLite's default behavior.
#[tokio::test]
async fn passive_checkpoints_alone_let_the_log_grow() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.sqlite");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let mut writer = SqliteConnection::connect_with(&options).await.unwrap();
    let mut readers = [
        SqliteConnection::connect_with(&options).await.unwrap(),
        SqliteConnection::connect_with(&options).await.unwrap(),
    ];
    sqlx::query("CREATE TABLE large AS SELECT zeroblob(1048576) AS content")
        .execute(&mut writer)
        .await
        .unwrap();
    for round in 0..40 {
        let [one, other] = &mut readers;
        let (begins, ends) = if round % 2 == 0 {
            (one, other)
        } else {
            (other, one)
        };
        sqlx::query("BEGIN").execute(&mut *begins).await.unwrap();
        sqlx::query("SELECT count(*) FROM large")
            .fetch_one(&mut *begins)
            .await
            .unwrap();
        if round > 0 {
            sqlx::query("ROLLBACK").execute(&mut *ends).await.unwrap();
        }
        sqlx::query("UPDATE large SET content = randomblob(1048576)")
            .execute(&mut writer)
            .await
            .unwrap();
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
            .execute(&mut writer)
            .await
            .unwrap();
    }
    let log = folder.path().join("plain.sqlite-wal").metadata().unwrap().len();
    assert!(log > WAL_SOFT_LIMIT, "{} MiB", log / MIB);
}
