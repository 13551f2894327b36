//! Copies of several databases at the same point in time.

use crate::support::ledger::{Ledger, add};
use crate::support::{Scratch, number, options, until};
use event_log::{BackupError, BackupFile, Database, Relay, backup, status};
use tokio_util::sync::CancellationToken;

fn copy_of(scratch: &Scratch, from: &str, to: &str) -> BackupFile {
    BackupFile {
        from: scratch.path(from),
        to: scratch.path(to),
    }
}

fn relay(source: &Database, consumer: &Database) -> Relay {
    Relay::new(
        source.clone(),
        consumer.clone(),
        Ledger::of(source.name()),
        options(),
    )
}

/// Two databases that both write all the time and consume each other's events, so that whichever is copied first, the other one
/// is ahead of it a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn copies_are_consistent_during_concurrent_writes() {
    const BACKUPS: usize = 20;
    let scratch = Scratch::new();
    let (left, right) = (scratch.open("left").await, scratch.open("right").await);
    let stop = CancellationToken::new();
    let mut tasks = tokio::task::JoinSet::new();
    for (source, consumer) in [(&left, &right), (&right, &left)] {
        tasks.spawn(relay(source, consumer).run(stop.clone()));
        for writer in 0..3 {
            let (source, stop) = (source.clone(), stop.clone());
            tasks.spawn(async move {
                while !stop.is_cancelled() {
                    add(&source, &format!("{writer}"), 1).await.unwrap();
                }
            });
        }
    }
    let mut heads = Vec::new();
    for _ in 0..BACKUPS {
        let before = *left.watch().borrow();
        until(async || *left.watch().borrow() > before).await;
        for name in ["left copy", "right copy"] {
            let _was_there = std::fs::remove_file(scratch.path(name));
        }
        let files = [
            copy_of(&scratch, "left", "left copy"),
            copy_of(&scratch, "right", "right copy"),
        ];
        backup(&files).await.unwrap();
        let copies = (
            open_copy(&scratch, "left").await,
            open_copy(&scratch, "right").await,
        );
        for (source, consumer) in [(&copies.0, &copies.1), (&copies.1, &copies.0)] {
            let status = status(source, consumer).await.unwrap();
            assert_eq!(status.divergence, None);
            // Every consumed event is in the copy of its source.
            assert_eq!(
                number(consumer, "SELECT count(*) FROM entries").await,
                status.position
            );
            assert_eq!(
                number(source, "SELECT sum(total) FROM accounts").await,
                status.head
            );
        }
        heads.push(*copies.0.watch().borrow());
        assert_eq!(copies.0.integrity_check().await.unwrap(), Vec::<String>::new());
        copies.0.close().await;
        copies.1.close().await;
    }
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert!(
        heads.is_sorted_by(|one, next| one < next),
        "nothing was written in the meantime: {heads:?}"
    );
}

/// The copy of a database, under the name by which the other one knows it.
async fn open_copy(scratch: &Scratch, name: &'static str) -> Database {
    scratch.open_at(&format!("{name} copy"), name).await
}

/// Without the common lock, copied one after the other, a consumer is ahead of its source.
#[tokio::test]
async fn sequential_copies_are_inconsistent() {
    let scratch = Scratch::new();
    let (left, right) = (scratch.open("left").await, scratch.open("right").await);
    add(&left, "a", 1).await.unwrap();
    relay(&left, &right).deliver_pending().await.unwrap();
    backup(&[copy_of(&scratch, "left", "left copy")]).await.unwrap();
    add(&left, "a", 1).await.unwrap();
    relay(&left, &right).deliver_pending().await.unwrap();
    backup(&[copy_of(&scratch, "right", "right copy")]).await.unwrap();
    let (left, right) = (
        open_copy(&scratch, "left").await,
        open_copy(&scratch, "right").await,
    );
    let divergence = status(&left, &right).await.unwrap().divergence.unwrap();
    assert_eq!((divergence.position, divergence.head), (2, 1));
}

#[tokio::test]
async fn large_database_is_copied_whole() {
    let scratch = Scratch::new();
    let (left, right) = (scratch.open("left").await, scratch.open("right").await);
    // Several times the memory of a copy.
    let large = "INSERT INTO accounts (id, version, total)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
        SELECT i || hex(zeroblob(25000)), 0, 1 FROM n";
    crate::support::execute(&left, large).await.unwrap();
    add(&right, "a", 1).await.unwrap();
    let files = [
        copy_of(&scratch, "left", "left copy"),
        copy_of(&scratch, "right", "right copy"),
    ];
    backup(&files).await.unwrap();
    assert!(files[0].to.metadata().unwrap().len() > 5_000_000);
    let copy = open_copy(&scratch, "left").await;
    assert_eq!(number(&copy, "SELECT sum(total) FROM accounts").await, 200);
    // The originals accept writes again.
    add(&left, "a", 1).await.unwrap();
    add(&right, "a", 1).await.unwrap();
}

#[tokio::test]
async fn copy_never_overwrites_a_file() {
    let scratch = Scratch::new();
    let left = scratch.open("left").await;
    add(&left, "a", 1).await.unwrap();
    let right = scratch.open("right").await;
    add(&right, "a", 1).await.unwrap();
    right.close().await;
    let refused = backup(&[copy_of(&scratch, "left", "right")]).await.unwrap_err();
    assert!(matches!(refused, BackupError::Database { .. }), "{refused}");
    let right = scratch.open("right").await;
    assert_eq!(number(&right, "SELECT count(*) FROM events").await, 1);
    add(&left, "a", 1).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn files_and_copies_are_private_to_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let left = scratch.open("left").await;
    add(&left, "a", 1).await.unwrap();
    backup(&[copy_of(&scratch, "left", "left copy")]).await.unwrap();
    let mut seen = Vec::new();
    for entry in scratch.folder.path().read_dir().unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        seen.push(entry.file_name().into_string().unwrap());
    }
    seen.sort();
    assert_eq!(
        seen,
        [
            "left copy.sqlite",
            "left.sqlite",
            "left.sqlite-shm",
            "left.sqlite-wal"
        ]
    );
}
