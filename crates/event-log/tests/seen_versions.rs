//! Which versions of other services' aggregates a consumer has applied.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use event_log::{Database, DatabaseError};
use support::Scratch;

async fn is_new(consumer: &Database, source: &'static str, aggregate_id: &'static str, version: i64) -> bool {
    consumer
        .write(move |tx| Box::pin(async move { tx.record_seen_version(source, aggregate_id, version).await }))
        .await
        .unwrap()
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
async fn version_of_a_rolled_back_effect_is_not_seen() {
    let scratch = Scratch::new();
    let consumer = scratch.open("consumer").await;
    let rolled_back: Result<(), DatabaseError> = consumer
        .write(|tx| {
            Box::pin(async move {
                assert!(tx.record_seen_version("orders", "a", 0).await?);
                sqlx::query("no statement").execute(tx.connection()).await?;
                Ok(())
            })
        })
        .await;
    assert!(rolled_back.is_err());
    assert!(is_new(&consumer, "orders", "a", 0).await);
}
