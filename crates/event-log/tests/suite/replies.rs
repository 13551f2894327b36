//! Replies to requests that may be retried: stored with their effect, for a day, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::ledger::add_within;
use crate::support::{Scratch, execute, number};
use event_log::sql::unchecked;
use event_log::{Database, DatabaseError, Observer, REPLY_RETENTION, Step, StoredReply};

fn reply(key: &str, body: &str) -> StoredReply {
    StoredReply {
        key: key.to_owned(),
        fingerprint: "print".to_owned(),
        status: 201,
        body: body.to_owned(),
        extra: Some("more".to_owned()),
    }
}

/// An effect, and its reply.
async fn add_and_keep(database: &Database, reply: StoredReply) -> Result<(), DatabaseError> {
    database
        .write(move |tx| {
            Box::pin(async move {
                add_within(tx, "a", 1).await?;
                tx.store_reply(&reply).await
            })
        })
        .await
}

async fn effects(database: &Database) -> i64 {
    number(database, "SELECT count(*) FROM events").await
}

#[tokio::test]
async fn stored_reply_is_returned_unchanged() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    assert_eq!(database.stored_reply("a").await.unwrap(), None);
    add_and_keep(&database, reply("a", "{}")).await.unwrap();
    assert_eq!(database.stored_reply("a").await.unwrap(), Some(reply("a", "{}")));
    assert_eq!(database.stored_reply("A").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn reply_and_its_effect_become_visible_together() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let steps = Arc::new(AtomicUsize::new(0));
    let (seen, reader) = (Arc::clone(&steps), database.reader().clone());
    // Checked between the last statement and the commit, and right after it.
    let observed = database.observed_by(Observer::new(move |step| {
        let query = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM replies)";
        let counts = unchecked(query).fetch_one::<(i64, i64)>(&reader);
        let counts = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(counts));
        let expected = if step == Step::BeforeCommit {
            (0, 0)
        } else {
            (1, 1)
        };
        assert_eq!(counts.unwrap(), expected, "{step:?}");
        seen.fetch_add(1, Ordering::SeqCst);
    }));
    let write = tokio::spawn(async move { add_and_keep(&observed, reply("a", "{}")).await });
    write.await.unwrap().unwrap();
    assert_eq!(steps.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn commit_that_fails_leaves_neither_effect_nor_reply() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let deferred =
        "CREATE TABLE notes (account TEXT REFERENCES accounts DEFERRABLE INITIALLY DEFERRED) STRICT";
    execute(&database, deferred).await.unwrap();
    let write = |note: Option<&'static str>| {
        database.write(move |tx| {
            Box::pin(async move {
                add_within(tx, "a", 1).await?;
                unchecked("INSERT INTO notes VALUES ($1)")
                    .bind(note)
                    .execute(tx.connection())
                    .await?;
                tx.store_reply(&reply("key", "{}")).await
            })
        })
    };
    // Every statement succeeds; the commit is what fails.
    assert!(write(Some("nobody")).await.unwrap_err().is_constraint_violation());
    assert_eq!(effects(&database).await, 0);
    assert_eq!(database.stored_reply("key").await.unwrap(), None);
    write(None).await.unwrap();
    assert_eq!(effects(&database).await, 1);
    assert!(database.stored_reply("key").await.unwrap().is_some());
}

#[tokio::test]
async fn second_effect_under_a_key_is_rolled_back() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add_and_keep(&database, reply("a", "first")).await.unwrap();
    let second = add_and_keep(&database, reply("a", "second")).await;
    assert!(second.unwrap_err().is_repeated_request());
    assert_eq!(effects(&database).await, 1);
    assert_eq!(
        database.stored_reply("a").await.unwrap(),
        Some(reply("a", "first"))
    );
}

/// The negative control: the primary key refuses the second effect.
#[tokio::test]
async fn without_the_primary_key_there_are_two_effects() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    execute(&database, "DROP TABLE replies").await.unwrap();
    let table = "CREATE TABLE replies (key TEXT, fingerprint TEXT, status INTEGER, body TEXT, extra TEXT, kept_at INTEGER, kept_at_age INTEGER) STRICT";
    execute(&database, table).await.unwrap();
    for body in ["first", "second"] {
        add_and_keep(&database, reply("a", body)).await.unwrap();
    }
    assert_eq!(effects(&database).await, 2);
}

#[tokio::test]
async fn key_is_free_after_a_day_and_not_a_millisecond_earlier() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add_and_keep(&database, reply("a", "first")).await.unwrap();
    scratch.clock.advance(REPLY_RETENTION - Duration::from_millis(1));
    assert!(database.stored_reply("a").await.unwrap().is_some());
    assert!(add_and_keep(&database, reply("a", "second")).await.is_err());
    scratch.clock.advance(Duration::from_millis(1));
    assert_eq!(database.stored_reply("a").await.unwrap(), None);
    add_and_keep(&database, reply("a", "second")).await.unwrap();
    assert_eq!(
        database.stored_reply("a").await.unwrap(),
        Some(reply("a", "second"))
    );
}

/// Two years ahead, and two years back.
const WRONG_MS: [i64; 2] = [63_072_000_000, -63_072_000_000];

#[tokio::test]
async fn briefly_wrong_clock_frees_no_key_and_removes_no_reply() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add_and_keep(&database, reply("a", "first")).await.unwrap();
    for (moment, wrong_ms) in WRONG_MS.into_iter().enumerate() {
        scratch.clock.step(wrong_ms);
        assert!(database.stored_reply("a").await.unwrap().is_some());
        let second = add_and_keep(&database, reply("a", "second")).await;
        assert!(second.unwrap_err().is_unique_violation());
        // Replies stored in the meantime also remove expired ones.
        let kept = reply(&format!("kept {moment}"), "{}");
        add_and_keep(&database, kept).await.unwrap();
        scratch.clock.step(-wrong_ms);
        assert_eq!(
            database.stored_reply("a").await.unwrap(),
            Some(reply("a", "first"))
        );
    }
    scratch.clock.advance(REPLY_RETENTION);
    for key in ["a", "kept 0", "kept 1"] {
        assert_eq!(
            database.stored_reply(key).await.unwrap(),
            None,
            "{key} is kept for a day and no longer"
        );
    }
}

#[tokio::test]
async fn key_is_not_freed_by_a_restart_and_its_day_goes_on() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    scratch.clock.advance(REPLY_RETENTION);
    add_and_keep(&database, reply("a", "first")).await.unwrap();
    scratch.clock.advance(REPLY_RETENTION / 2);
    database.close().await;
    // Another process, which has just started, under a wrong clock.
    let scratch = scratch.under(event_log::ManualClock::at(
        crate::support::NEW_YEAR_MS + WRONG_MS[0],
    ));
    let database = scratch.open("source").await;
    scratch
        .clock
        .advance(REPLY_RETENTION / 2 - Duration::from_millis(1));
    assert!(database.stored_reply("a").await.unwrap().is_some());
    scratch.clock.advance(Duration::from_millis(1));
    assert_eq!(database.stored_reply("a").await.unwrap(), None);
}

#[tokio::test]
async fn running_time_grows_with_processes_and_ignores_clock_changes() {
    let minute = Duration::from_mins(1);
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    scratch.clock.advance(minute - Duration::from_millis(1));
    add_and_keep(&database, reply("a", "{}")).await.unwrap();
    assert_eq!(
        number(&database, "SELECT ms FROM age").await,
        0,
        "not with every write"
    );
    scratch.clock.advance(minute);
    for wrong_ms in WRONG_MS {
        scratch.clock.step(wrong_ms);
        assert_eq!(database.running_time_ms(), 119_999);
    }
    add_and_keep(&database, reply("b", "{}")).await.unwrap();
    scratch.clock.advance(minute / 2);
    assert_eq!(database.running_time_ms(), 149_999);
    assert_eq!(
        scratch.open("source").await.running_time_ms(),
        119_999,
        "what was not written down is not counted"
    );
    let younger = execute(&database, "UPDATE age SET ms = 1").await;
    assert!(younger.unwrap_err().is_constraint_violation());
}

#[tokio::test]
async fn expired_replies_are_removed_a_few_at_a_time() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    for old in 0..20 {
        add_and_keep(&database, reply(&format!("old {old}"), "{}"))
            .await
            .unwrap();
    }
    scratch.clock.advance(REPLY_RETENTION);
    for (new, left) in [("new 1", 20 - 16 + 1), ("new 2", 2)] {
        add_and_keep(&database, reply(new, "{}")).await.unwrap();
        assert_eq!(number(&database, "SELECT count(*) FROM replies").await, left);
    }
}

#[tokio::test]
async fn replaced_reply_expires_with_the_first_one() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add_and_keep(&database, reply("a", "first")).await.unwrap();
    scratch.clock.advance(REPLY_RETENTION / 2);
    let replaced =
        database.write(|tx| Box::pin(async move { tx.replace_replies(&[reply("a", "second")]).await }));
    let replaced: Result<(), DatabaseError> = replaced.await;
    replaced.unwrap();
    assert_eq!(
        database.stored_reply("a").await.unwrap(),
        Some(reply("a", "second"))
    );
    scratch.clock.advance(REPLY_RETENTION / 2);
    assert_eq!(database.stored_reply("a").await.unwrap(), None);
}

#[tokio::test]
async fn server_errors_cannot_be_stored() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let broken = StoredReply {
        status: 500,
        ..reply("a", "{}")
    };
    assert!(
        add_and_keep(&database, broken)
            .await
            .unwrap_err()
            .is_constraint_violation()
    );
    assert_eq!(effects(&database).await, 0);
}
