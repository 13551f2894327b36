//! The follower for state in memory.

use crate::support::Scratch;
use crate::support::ledger::add;
use event_log::Tail;

fn sequences(events: &[event_log::Event]) -> Vec<i64> {
    events.iter().map(|event| event.sequence).collect()
}

#[tokio::test]
async fn tail_yields_every_event_once_from_its_start() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    for _ in 0..300 {
        add(&database, "a", 1).await.unwrap();
    }
    let mut tail = Tail::new(database.clone(), 10);
    let mut seen = sequences(&tail.next_batch().await.unwrap());
    assert_eq!(seen.len(), 256);
    seen.extend(sequences(&tail.next_batch().await.unwrap()));
    assert_eq!(seen, (11..=300).collect::<Vec<i64>>());
    assert_eq!(tail.position(), 300);
    assert_eq!(tail.pending_batch().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn tail_is_woken_by_commits_and_is_cancel_safe() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let mut tail = Tail::new(database.clone(), 0);
    for expected in 1..=20 {
        tokio::select! {
            biased;
            batch = tail.next_batch() => unreachable!("nothing is there: {batch:?}"),
            () = tokio::task::yield_now() => {}
        }
        let (events, _) = tokio::join!(tail.next_batch(), add(&database, "a", 1));
        assert_eq!(sequences(&events.unwrap()), [expected]);
    }
}

#[tokio::test]
async fn committed_events_are_in_the_next_batch() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let mut tail = Tail::new(database.clone(), 0);
    for expected in 1..=20 {
        add(&database, "a", 1).await.unwrap();
        assert_eq!(sequences(&tail.pending_batch().await.unwrap()), [expected]);
    }
}

/// Another handle on the same file represents another process: its commits wake no one here.
#[tokio::test]
async fn tail_polls_without_a_wake_up() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let elsewhere = scratch.open("source").await;
    let watching = database.watch();
    let mut tail = Tail::new(database, 0);
    let (events, _) = tokio::join!(tail.next_batch(), add(&elsewhere, "a", 1));
    assert_eq!(sequences(&events.unwrap()), [1]);
    assert!(
        !watching.has_changed().unwrap(),
        "the tail was woken, and this test shows nothing"
    );
}
