//! Which versions of other services' aggregates a consumer has applied.

use crate::support::Scratch;
use event_log::sql::unchecked;
use event_log::{Database, DatabaseError, Event};

/// An event of that version of an aggregate.
fn event(aggregate_id: &str, version: i64) -> Event {
    Event {
        sequence: version + 1,
        id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        subject: "order:created".to_owned(),
        aggregate_id: aggregate_id.to_owned(),
        aggregate_version: version,
        occurred_at_ms: 0,
        payload: "{}".to_owned(),
    }
}

async fn are_new(consumer: &Database, source: &'static str, events: impl Into<Vec<Event>>) -> Vec<bool> {
    let events = events.into();
    consumer
        .write(move |tx| Box::pin(async move { tx.record_seen_versions(source, &events).await }))
        .await
        .unwrap()
}

async fn is_new(consumer: &Database, source: &'static str, aggregate_id: &str, version: i64) -> bool {
    are_new(consumer, source, [event(aggregate_id, version)]).await == [true]
}

#[tokio::test]
async fn version_is_seen_once_and_never_after_a_newer_one() {
    let scratch = Scratch::new();
    let consumer = scratch.open("consumer").await;
    assert!(is_new(&consumer, "orders", "a", 0).await);
    assert!(
        !is_new(&consumer, "orders", "a", 0).await,
        "it was delivered again"
    );
    assert!(
        is_new(&consumer, "orders", "a", 2).await,
        "what lies between was of no interest"
    );
    assert!(!is_new(&consumer, "orders", "a", 1).await, "it is late");
    assert!(is_new(&consumer, "orders", "b", 0).await, "another aggregate");
    assert!(is_new(&consumer, "payments", "a", 0).await, "another source");
}

#[tokio::test]
async fn versions_of_a_batch_are_seen_in_its_order() {
    let scratch = Scratch::new();
    let consumer = scratch.open("consumer").await;
    let batch = [
        event("a", 0),
        event("b", 5),
        event("a", 2),
        event("a", 1),
        event("b", 5),
    ];
    let expected = [true, true, true, false, false];
    assert_eq!(are_new(&consumer, "orders", batch).await, expected);
}

#[tokio::test]
async fn version_of_a_rolled_back_effect_is_not_seen() {
    let scratch = Scratch::new();
    let consumer = scratch.open("consumer").await;
    let rolled_back: Result<(), DatabaseError> = consumer
        .write(|tx| {
            Box::pin(async move {
                assert_eq!(tx.record_seen_versions("orders", &[event("a", 0)]).await?, [true]);
                unchecked("no statement").execute(tx.connection()).await?;
                Ok(())
            })
        })
        .await;
    assert!(rolled_back.is_err());
    assert!(is_new(&consumer, "orders", "a", 0).await);
}
