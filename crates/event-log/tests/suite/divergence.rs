//! A source that lacks consumed events: nothing is skipped and nothing is delivered.

use crate::support::ledger::{Ledger, add, entries, versions};
use crate::support::{Scratch, execute, number, options};
use event_log::{Database, Divergence, Relay, RelayError, status};

fn relay(source: &Database, consumer: &Database) -> Relay {
    Relay::new(source.clone(), consumer.clone(), Ledger::of("source"), options())
}

/// A source of `kept` events, whose older copy is restored after the consumer has consumed `lost` more.
async fn with_an_older_source(scratch: &Scratch, kept: usize, lost: usize) -> (Database, Database) {
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for _ in 0..kept {
        add(&source, "a", 1).await.unwrap();
    }
    source.close().await;
    std::fs::copy(scratch.path("source"), scratch.path("older")).unwrap();
    let source = scratch.open("source").await;
    for _ in 0..lost {
        add(&source, "a", 1).await.unwrap();
    }
    relay(&source, &consumer).deliver_pending().await.unwrap();
    source.close().await;
    std::fs::copy(scratch.path("older"), scratch.path("source")).unwrap();
    (scratch.open("source").await, consumer)
}

fn divergence(error: &RelayError) -> &Divergence {
    match error {
        RelayError::Diverged(divergence) => divergence,
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn source_that_is_older_than_its_consumer_is_an_error() {
    let scratch = Scratch::new();
    let (source, consumer) = with_an_older_source(&scratch, 2, 3).await;
    let expected = Divergence {
        source_name: "source",
        consumer_name: "consumer",
        position: 5,
        head: 2,
    };
    let status = status(&source, &consumer).await.unwrap();
    assert_eq!((status.lag, status.divergence), (0, Some(expected.clone())));
    // New events of the source are not the ones that the consumer expects, however many there are.
    for head in 2..9 {
        let refused = relay(&source, &consumer).deliver_pending().await.unwrap_err();
        assert_eq!(
            divergence(&refused),
            &Divergence {
                head,
                ..expected.clone()
            }
        );
        add(&source, "b", 1).await.unwrap();
    }
    assert_eq!(versions(&consumer, "a").await, [0, 1, 2, 3, 4]);
    assert_eq!(versions(&consumer, "b").await, Vec::<i64>::new());
    let text = relay(&source, &consumer)
        .deliver_pending()
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        text,
        "event 5 of source is not the one that consumer has consumed"
    );
}

/// Without the id, a source that has caught up looks unchanged.
#[tokio::test]
async fn position_alone_does_not_reveal_a_rewritten_source() {
    let scratch = Scratch::new();
    let (source, consumer) = with_an_older_source(&scratch, 2, 3).await;
    for _ in 0..4 {
        add(&source, "b", 1).await.unwrap();
    }
    execute(&consumer, "UPDATE cursors SET last_event_id = NULL")
        .await
        .unwrap();
    assert_eq!(relay(&source, &consumer).deliver_pending().await.unwrap(), 1);
    assert_eq!(versions(&consumer, "b").await, [3], "three events were skipped");
}

#[tokio::test]
async fn older_consumer_consumes_again_what_it_lost() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    add(&source, "a", 1).await.unwrap();
    relay(&source, &consumer).deliver_pending().await.unwrap();
    consumer.close().await;
    std::fs::copy(scratch.path("consumer"), scratch.path("older")).unwrap();
    let consumer = scratch.open("consumer").await;
    add(&source, "a", 1).await.unwrap();
    relay(&source, &consumer).deliver_pending().await.unwrap();
    consumer.close().await;
    std::fs::copy(scratch.path("older"), scratch.path("consumer")).unwrap();
    let consumer = scratch.open("consumer").await;
    assert_eq!(status(&source, &consumer).await.unwrap().divergence, None);
    assert_eq!(relay(&source, &consumer).deliver_pending().await.unwrap(), 1);
    assert_eq!(versions(&consumer, "a").await, [0, 1]);
}

/// Events in the retry queue are not applied either: their source may no longer have them.
#[tokio::test]
async fn events_in_the_retry_queue_wait_while_the_source_is_older() {
    let scratch = Scratch::new();
    let (source, consumer) = with_an_older_source(&scratch, 1, 0).await;
    let ledger = Ledger::of("source");
    ledger.reject("b");
    let relay = Relay::new(source.clone(), consumer.clone(), ledger.clone(), options());
    add(&source, "b", 1).await.unwrap();
    relay.deliver_pending().await.unwrap();
    ledger.accept("b");
    execute(&consumer, "UPDATE cursors SET position = position + 10")
        .await
        .unwrap();
    scratch.clock.advance(std::time::Duration::from_secs(10));
    divergence(&relay.deliver_pending().await.unwrap_err());
    assert_eq!(entries(&consumer).await, [("a".to_owned(), 0)]);
    assert_eq!(
        number(&consumer, "SELECT count(*) FROM retry_queue_events").await,
        1
    );
}

#[tokio::test]
async fn cursor_of_an_earlier_version_is_backfilled_in_the_next_round() {
    let scratch = Scratch::new();
    let (source, consumer) = with_an_older_source(&scratch, 3, 0).await;
    let known = "SELECT count(*) FROM cursors WHERE last_event_id IS NOT NULL";
    assert_eq!(number(&consumer, known).await, 1);
    execute(&consumer, "UPDATE cursors SET last_event_id = NULL")
        .await
        .unwrap();
    assert_eq!(relay(&source, &consumer).deliver_pending().await.unwrap(), 0);
    assert_eq!(number(&consumer, known).await, 1);
    assert_eq!(status(&source, &consumer).await.unwrap().divergence, None);
}
