//! An event that cannot be applied: its aggregate waits, is retried, becomes a dead letter, is reported, and is replayed. All others
//! are unaffected.

use std::time::Duration;

use crate::support::ledger::{Ledger, add, entries, versions};
use crate::support::{Scratch, number, options};
use event_log::sql::unchecked;
use event_log::{Database, DatabaseError, Relay, dead_letters, replay, status};

struct Poisoned {
    scratch: Scratch,
    source: Database,
    consumer: Database,
    ledger: Ledger,
    relay: Relay,
}

impl Poisoned {
    /// Three accounts with three events each, one of which is rejected.
    async fn new() -> Self {
        let scratch = Scratch::new();
        let (source, consumer) = (scratch.open("source").await, scratch.open("consumer").await);
        for _ in 0..3 {
            for account in ["good", "bad", "fine"] {
                add(&source, account, 1).await.unwrap();
            }
        }
        let ledger = Ledger::of("source");
        ledger.reject("bad");
        let relay = Relay::new(source.clone(), consumer.clone(), ledger.clone(), options());
        Self {
            scratch,
            source,
            consumer,
            ledger,
            relay,
        }
    }

    /// Lets all attempts fail.
    async fn exhaust_attempts(&self) {
        for _ in 0..5 {
            self.relay.deliver_pending().await.unwrap();
            self.scratch.clock.advance(Duration::from_mins(1));
        }
    }

    /// How many aggregates wait for another attempt, and how many are dead-lettered.
    async fn waiting(&self) -> (i64, i64) {
        let status = status(&self.source, &self.consumer).await.unwrap();
        assert_eq!(status.lag, 0, "the cursor stands still");
        (status.retrying, status.dead_lettered)
    }
}

#[tokio::test]
async fn only_the_aggregate_of_the_event_waits() {
    let poisoned = Poisoned::new().await;
    assert_eq!(poisoned.relay.deliver_pending().await.unwrap(), 9);
    assert_eq!(versions(&poisoned.consumer, "good").await, [0, 1, 2]);
    assert_eq!(versions(&poisoned.consumer, "fine").await, [0, 1, 2]);
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0_i64; 0]);
    assert_eq!(
        number(&poisoned.consumer, "SELECT count(*) FROM retry_queue_events").await,
        3
    );
    assert_eq!(poisoned.waiting().await, (1, 0));
    // Its later events are queued after it, without being attempted.
    poisoned.ledger.accept("bad");
    add(&poisoned.source, "bad", 1).await.unwrap();
    add(&poisoned.source, "good", 1).await.unwrap();
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(versions(&poisoned.consumer, "good").await, [0, 1, 2, 3]);
    assert_eq!(
        number(&poisoned.consumer, "SELECT count(*) FROM retry_queue_events").await,
        4
    );
}

#[tokio::test]
async fn retry_comes_after_its_pause_and_keeps_the_order() {
    let poisoned = Poisoned::new().await;
    poisoned.relay.deliver_pending().await.unwrap();
    poisoned.ledger.accept("bad");
    poisoned.scratch.clock.advance(Duration::from_millis(999));
    assert_eq!(poisoned.relay.deliver_pending().await.unwrap(), 0);
    poisoned.scratch.clock.advance(Duration::from_millis(1));
    assert_eq!(poisoned.relay.deliver_pending().await.unwrap(), 1);
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0, 1, 2]);
    assert_eq!(poisoned.waiting().await, (0, 0));
    // And it is unblocked.
    add(&poisoned.source, "bad", 1).await.unwrap();
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0, 1, 2, 3]);
}

#[tokio::test]
async fn retry_time_written_by_a_wrong_clock_counts_as_due() {
    let poisoned = Poisoned::new().await;
    poisoned.relay.deliver_pending().await.unwrap();
    poisoned.ledger.accept("bad");
    poisoned
        .consumer
        .write(|tx| {
            Box::pin(async move {
                unchecked("UPDATE retry_queue SET next_attempt_at = next_attempt_at + 86400000")
                    .execute(tx.connection())
                    .await?;
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .unwrap();
    assert_eq!(poisoned.relay.deliver_pending().await.unwrap(), 1);
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0, 1, 2]);
}

#[tokio::test]
async fn pauses_grow_and_attempts_are_bounded() {
    let poisoned = Poisoned::new().await;
    let state = async || {
        let row = "SELECT attempts, next_attempt_at, is_dead_letter FROM retry_queue";
        unchecked(row)
            .fetch_one::<(i64, i64, bool)>(poisoned.consumer.reader())
            .await
            .unwrap()
    };
    let start = crate::support::NEW_YEAR_MS;
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(state().await, (1, start + 1000, false));
    poisoned.scratch.clock.advance(Duration::from_secs(1));
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(state().await, (2, start + 3000, false));
    poisoned.scratch.clock.advance(Duration::from_secs(2));
    poisoned.relay.deliver_pending().await.unwrap();
    let letters = state().await;
    assert_eq!((letters.0, letters.2), (3, true));
    // Only a replay touches it from now on.
    poisoned.ledger.accept("bad");
    poisoned.scratch.clock.advance(Duration::from_hours(24));
    assert_eq!(poisoned.relay.deliver_pending().await.unwrap(), 0);
    assert_eq!(state().await, letters);
}

#[tokio::test]
async fn dead_letter_is_visible_with_its_error() {
    let poisoned = Poisoned::new().await;
    assert_eq!(dead_letters(&poisoned.consumer).await.unwrap(), []);
    poisoned.exhaust_attempts().await;
    assert_eq!(poisoned.waiting().await, (0, 1));
    let letters = dead_letters(&poisoned.consumer).await.unwrap();
    let sequences: Vec<i64> = letters.iter().map(|letter| letter.event.sequence).collect();
    assert_eq!(sequences, [2, 5, 8]);
    assert_eq!(letters[0].source, "source");
    assert_eq!(letters[0].error, "bad is not welcome");
    assert_eq!(letters[0].attempts, 3);
    assert_eq!(letters[0].queued_at_ms, crate::support::NEW_YEAR_MS);
    let original = poisoned.source.events_since("account:changed", 0).await.unwrap();
    assert_eq!(letters[0].event, original[1]);
}

#[tokio::test]
async fn replay_applies_waiting_events_in_order() {
    let poisoned = Poisoned::new().await;
    poisoned.exhaust_attempts().await;
    poisoned.ledger.accept("bad");
    add(&poisoned.source, "bad", 1).await.unwrap();
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0_i64; 0]);

    assert_eq!(replay(&poisoned.consumer, "elsewhere", None).await.unwrap(), 0);
    assert_eq!(
        replay(&poisoned.consumer, "source", Some("good")).await.unwrap(),
        0
    );
    assert_eq!(
        replay(&poisoned.consumer, "source", Some("bad")).await.unwrap(),
        1
    );
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(versions(&poisoned.consumer, "bad").await, [0, 1, 2, 3]);
    assert_eq!(poisoned.waiting().await, (0, 0));
    assert_eq!(dead_letters(&poisoned.consumer).await.unwrap(), []);
}

#[tokio::test]
async fn replay_of_a_poison_event_dead_letters_it_again() {
    let poisoned = Poisoned::new().await;
    poisoned.exhaust_attempts().await;
    assert_eq!(replay(&poisoned.consumer, "source", None).await.unwrap(), 1);
    poisoned.relay.deliver_pending().await.unwrap();
    assert_eq!(poisoned.waiting().await, (1, 0));
    poisoned.exhaust_attempts().await;
    assert_eq!(poisoned.waiting().await, (0, 1));
}

#[tokio::test]
async fn effect_of_a_failed_event_is_rolled_back() {
    let poisoned = Poisoned::new().await;
    poisoned.exhaust_attempts().await;
    assert_eq!(entries(&poisoned.consumer).await.len(), 6);
    assert_eq!(
        number(&poisoned.consumer, "SELECT count(*) FROM totals WHERE id = 'bad'").await,
        0
    );
}
