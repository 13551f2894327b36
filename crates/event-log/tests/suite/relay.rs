//! Delivery: everything that is pending, in order, each effect once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::ledger::{CHANGED, Ledger, NOTED, add, add_within, entries, versions};
use crate::support::{Scratch, execute, number, options, until};
use event_log::sql::unchecked_scalar;
use event_log::{Database, Observer, Relay, RelayError, RelayOptions, Step, status};
use tokio_util::sync::CancellationToken;

fn relay(source: &Database, consumer: &Database, options: RelayOptions) -> Relay {
    Relay::new(source.clone(), consumer.clone(), Ledger::of("source"), options)
}

#[tokio::test]
async fn all_pending_events_are_delivered_in_order() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for n in 0..150 {
        add(&source, if n % 2 == 0 { "even" } else { "odd" }, 1)
            .await
            .unwrap();
    }
    let relay = relay(&source, &consumer, options());
    assert_eq!(status(&source, &consumer).await.unwrap().lag, 150);
    assert_eq!(relay.deliver_pending().await.unwrap(), 150);
    assert_eq!(relay.deliver_pending().await.unwrap(), 0);
    let sequences: Vec<i64> = unchecked_scalar("SELECT sequence FROM entries ORDER BY rowid")
        .fetch_all(consumer.reader())
        .await
        .unwrap();
    assert_eq!(sequences, (1..=150).collect::<Vec<i64>>());
    let status = status(&source, &consumer).await.unwrap();
    assert_eq!((status.position, status.head, status.lag), (150, 150, 0));
    assert_eq!((status.source, status.consumer), ("source", "consumer"));
}

#[tokio::test]
async fn cursor_advances_past_unhandled_subjects() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    source
        .write(|tx| Box::pin(async move { tx.append(NOTED, "a", 0, &serde_json::json!({})).await }))
        .await
        .unwrap();
    source
        .write(|tx| {
            Box::pin(async move {
                tx.append(CHANGED, "a", 1, &serde_json::json!({ "amount": 1 }))
                    .await
            })
        })
        .await
        .unwrap();
    assert_eq!(
        relay(&source, &consumer, options())
            .deliver_pending()
            .await
            .unwrap(),
        2
    );
    assert_eq!(entries(&consumer).await, [("a".to_owned(), 1)]);
}

/// The consumer's transaction is rolled back after the effect and before the commit, so the same events are delivered again.
#[tokio::test]
async fn repeated_batch_has_one_effect() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for _ in 0..10 {
        add(&source, "a", 1).await.unwrap();
    }
    let applied = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&applied);
    let count = Observer::new(move |step| {
        if step == Step::EventApplied {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let relay = relay(
        &source,
        &consumer,
        RelayOptions {
            observer: count,
            ..options()
        },
    );
    execute(
        &consumer,
        "CREATE TRIGGER unlucky BEFORE INSERT ON cursors BEGIN SELECT raise(ROLLBACK, 'not now'); END",
    )
    .await
    .unwrap();
    relay.deliver_pending().await.unwrap_err();
    let tries = applied.load(Ordering::Relaxed);
    assert!(
        tries >= 10,
        "the events were applied {tries} times before the roll back"
    );
    assert_eq!(entries(&consumer).await, []);
    execute(&consumer, "DROP TRIGGER unlucky").await.unwrap();
    relay.deliver_pending().await.unwrap();
    assert!(
        applied.load(Ordering::Relaxed) >= tries + 10,
        "the events did not come again"
    );
    assert_eq!(versions(&consumer, "a").await, (0..10).collect::<Vec<i64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_of_the_same_source_and_consumer_do_no_harm() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    for _ in 0..200 {
        add(&source, "a", 1).await.unwrap();
    }
    let options = RelayOptions {
        batch: 3,
        ..options()
    };
    let sweeps = (0..2).map(|_| {
        let relay = relay(&source, &consumer, options.clone());
        tokio::spawn(async move {
            let mut overtaken = 0;
            loop {
                match relay.deliver_pending().await {
                    Ok(_) => return overtaken,
                    Err(RelayError::CursorMoved { .. }) => overtaken += 1,
                    Err(error) => unreachable!("{error}"),
                }
            }
        })
    });
    let overtaken: i32 = futures::future::join_all(sweeps)
        .await
        .into_iter()
        .map(Result::unwrap)
        .sum();
    assert!(overtaken > 0, "the two never met");
    assert_eq!(versions(&consumer, "a").await, (0..200).collect::<Vec<i64>>());
}

#[tokio::test]
async fn handler_may_append_events_of_its_own() {
    struct Echo;
    impl event_log::Handler for Echo {
        fn subjects(&self) -> &'static [&'static str] {
            &[CHANGED]
        }
        fn apply<'t>(
            &'t self,
            tx: &'t mut event_log::Transaction,
            event: &'t event_log::Event,
        ) -> event_log::BoxFuture<'t, Result<(), event_log::ApplyError>> {
            Box::pin(async move {
                add_within(tx, &event.aggregate_id, 1).await?;
                Ok(())
            })
        }
    }
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    add(&source, "a", 1).await.unwrap();
    let watching = consumer.watch();
    Relay::new(source, consumer.clone(), Echo, options())
        .deliver_pending()
        .await
        .unwrap();
    assert_eq!(number(&consumer, "SELECT count(*) FROM events").await, 1);
    assert_eq!(*watching.borrow(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_relay_is_woken_by_commits_and_stops_on_request() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    let stop = CancellationToken::new();
    // It would sleep for an hour if it were not woken.
    let options = RelayOptions {
        poll: std::time::Duration::from_hours(1),
        ..options()
    };
    let running = tokio::spawn(relay(&source, &consumer, options).run(stop.clone()));
    for expected in 1..=20 {
        add(&source, "a", 1).await.unwrap();
        until(async || number(&consumer, "SELECT count(*) FROM entries").await == expected).await;
    }
    stop.cancel();
    running.await.unwrap();
    add(&source, "a", 1).await.unwrap();
    assert_eq!(status(&source, &consumer).await.unwrap().lag, 1);
}

/// Its batch had two events, so that the next one may have more.
#[tokio::test(flavor = "multi_thread")]
async fn busy_relay_gathers_events_and_stops_while_it_does() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    let hour = std::time::Duration::from_hours(1);
    let options = RelayOptions {
        poll: hour,
        linger: hour,
        ..options()
    };
    let relay = relay(&source, &consumer, options);
    let stop = CancellationToken::new();
    let delivered = async |count| number(&consumer, "SELECT count(*) FROM entries").await == count;
    for _ in 0..2 {
        add(&source, "a", 1).await.unwrap();
    }
    let running = tokio::spawn(relay.clone().run(stop.clone()));
    until(async || delivered(2).await).await;
    for _ in 0..5 {
        add(&source, "a", 1).await.unwrap();
    }
    stop.cancel();
    running.await.unwrap();
    assert!(delivered(2).await, "it did not linger");

    // The control: single events are delivered at once, each after the other.
    relay.deliver_pending().await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay.run(stop.clone()));
    for expected in 8..=10 {
        add(&source, "a", 1).await.unwrap();
        until(async || delivered(expected).await).await;
    }
    stop.cancel();
    running.await.unwrap();
}

/// Another handle on the same file represents another process: its commits wake no one here.
#[tokio::test(flavor = "multi_thread")]
async fn lost_wake_up_loses_no_event() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    let elsewhere = scratch.open("source").await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay(&source, &consumer, options()).run(stop.clone()));
    let watching = source.watch();
    add(&elsewhere, "a", 1).await.unwrap();
    until(async || number(&consumer, "SELECT count(*) FROM entries").await == 1).await;
    assert!(
        !watching.has_changed().unwrap(),
        "the relay was woken, and this test shows nothing"
    );
    stop.cancel();
    running.await.unwrap();
}

/// What one handle has in memory ends where another one has written.
#[tokio::test]
async fn writes_of_two_handles_are_delivered_once_and_in_order() {
    let scratch = Scratch::new();
    let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
    let elsewhere = scratch.open("source").await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(relay(&source, &consumer, options()).run(stop.clone()));
    for round in 0..20 {
        let database = if round % 3 == 0 { &elsewhere } else { &source };
        add(database, "a", 1).await.unwrap();
    }
    until(async || number(&consumer, "SELECT count(*) FROM entries").await == 20).await;
    assert_eq!(versions(&consumer, "a").await, (0..20).collect::<Vec<_>>());
    stop.cancel();
    running.await.unwrap();
}
