//! The log of events: gapless, in commit order, with the change that each event describes, and never rewritten.

use crate::support::ledger::{CHANGED, add, add_within};
use crate::support::{NEW_YEAR_MS, Scratch, execute, number};
use event_log::sql::unchecked_scalar;
use event_log::{Database, DatabaseError, NewEvent};
use futures::future::join_all;

#[tokio::test(flavor = "multi_thread")]
async fn sequence_is_gapless_under_concurrent_writers_and_roll_backs() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let writes = (0..200).map(|n| {
        let database = database.clone();
        tokio::spawn(async move {
            let account = format!("account-{}", n % 7);
            database
                .write(move |tx| {
                    Box::pin(async move {
                        let sequence = add_within(tx, &account, n).await?;
                        // Every third one rolls back after it took a sequence.
                        if n % 3 == 0 {
                            Err(DatabaseError::from(sqlx::Error::RowNotFound))
                        } else {
                            Ok(sequence)
                        }
                    })
                })
                .await
                .ok()
        })
    });
    let mut given: Vec<i64> = join_all(writes)
        .await
        .into_iter()
        .filter_map(Result::unwrap)
        .collect();
    given.sort_unstable();
    let stored: Vec<i64> = unchecked_scalar("SELECT sequence FROM events ORDER BY sequence")
        .fetch_all(database.reader())
        .await
        .unwrap();
    assert_eq!(stored, (1..=133).collect::<Vec<i64>>());
    assert_eq!(given, stored);
    // The versions show that rolled-back writes left nothing behind either.
    let versions = "SELECT count(*) FROM accounts WHERE version + 1 <> (SELECT count(*) FROM events WHERE aggregate_id = accounts.id)";
    assert_eq!(number(&database, versions).await, 0);
}

#[tokio::test]
async fn event_and_its_change_become_visible_together() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let watching = database.watch();
    let onlooker = database.clone();
    database
        .write(move |tx| {
            Box::pin(async move {
                add_within(tx, "a", 5).await?;
                assert_eq!(number(&onlooker, "SELECT count(*) FROM events").await, 0);
                assert_eq!(number(&onlooker, "SELECT count(*) FROM accounts").await, 0);
                assert_eq!(*onlooker.watch().borrow(), 0);
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .unwrap();
    assert_eq!(number(&database, "SELECT count(*) FROM events").await, 1);
    assert_eq!(number(&database, "SELECT count(*) FROM accounts").await, 1);
    assert_eq!(*watching.borrow(), 1);
}

#[tokio::test]
async fn event_has_the_given_fields() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add(&database, "a", 5).await.unwrap();
    let events = database.events_since(CHANGED, NEW_YEAR_MS).await.unwrap();
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(
        (
            event.sequence,
            event.aggregate_id.as_str(),
            event.aggregate_version
        ),
        (1, "a", 0)
    );
    assert_eq!(
        (event.subject.as_str(), event.occurred_at_ms),
        (CHANGED, NEW_YEAR_MS)
    );
    assert_eq!(event.payload, r#"{"amount":5}"#);
    assert_eq!(event.id.parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
}

#[tokio::test]
async fn event_is_never_changed_or_removed() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add(&database, "a", 5).await.unwrap();
    for statement in ["UPDATE events SET payload = '{}'", "DELETE FROM events"] {
        let refused = execute(&database, statement).await.unwrap_err();
        assert!(refused.is_constraint_violation(), "{statement}: {refused}");
    }
    // The statements themselves are valid: without the triggers they succeed.
    execute(&database, "DROP TRIGGER events_are_not_rewritten")
        .await
        .unwrap();
    execute(&database, "DROP TRIGGER events_are_not_removed")
        .await
        .unwrap();
    assert_eq!(
        execute(&database, "UPDATE events SET payload = '{}'")
            .await
            .unwrap(),
        1
    );
    assert_eq!(execute(&database, "DELETE FROM events").await.unwrap(), 1);
}

#[tokio::test]
async fn schema_refuses_a_gap_in_the_sequence() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let skipping =
        "INSERT INTO events VALUES (2, '00000000-0000-7000-8000-000000000000', 's', 'a', 0, 0, '{}')";
    assert!(
        execute(&database, skipping)
            .await
            .unwrap_err()
            .is_constraint_violation()
    );
    execute(&database, "DROP TRIGGER events_are_gapless")
        .await
        .unwrap();
    assert_eq!(execute(&database, skipping).await.unwrap(), 1);
}

async fn announce_the_first_version(database: &Database) -> Result<i64, DatabaseError> {
    database
        .write(|tx| Box::pin(async move { tx.append(CHANGED, "a", 0, &serde_json::json!({})).await }))
        .await
}

#[tokio::test]
async fn aggregate_version_is_published_once() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    assert_eq!(announce_the_first_version(&database).await.unwrap(), 1);
    let refused = announce_the_first_version(&database).await.unwrap_err();
    assert!(refused.is_unique_violation(), "{refused}");
    assert_eq!(number(&database, "SELECT count(*) FROM events").await, 1);
}

/// The negative control: only the constraint keeps a version from being published twice.
#[tokio::test]
async fn without_its_constraint_a_version_is_published_twice() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let loose = "DROP TABLE events;
        CREATE TABLE events (sequence INTEGER PRIMARY KEY, id, subject, aggregate_id, aggregate_version, occurred_at, payload)";
    execute(&database, loose).await.unwrap();
    assert_eq!(announce_the_first_version(&database).await.unwrap(), 1);
    assert_eq!(announce_the_first_version(&database).await.unwrap(), 2);
}

#[tokio::test]
async fn events_of_a_subject_can_be_read_since_an_instant() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    for _ in 0..3 {
        add(&database, "a", 1).await.unwrap();
        scratch.clock.advance(std::time::Duration::from_millis(10));
    }
    let read = async |subject, since| {
        let events = database.events_since(subject, since).await.unwrap();
        events
            .into_iter()
            .map(|event| event.sequence)
            .collect::<Vec<i64>>()
    };
    assert_eq!(read(CHANGED, 0).await, [1, 2, 3]);
    assert_eq!(read(CHANGED, NEW_YEAR_MS + 10).await, [2, 3]);
    assert_eq!(read(CHANGED, NEW_YEAR_MS + 21).await, Vec::<i64>::new());
    assert_eq!(read("another:subject", 0).await, Vec::<i64>::new());
}

/// Those who follow the log closely get the events of memory, others those of the file.
#[tokio::test]
async fn events_from_memory_equal_those_of_the_file() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let texts = [
        "",
        "\"quoted\"",
        "\\ \n \u{0} \u{1f}",
        "ü 漢字 🎫",
        "{\"a\":[1,2]}",
    ];
    let write = database.write(move |tx| {
        Box::pin(async move {
            tx.append(CHANGED, "alone", 0, &texts).await?;
            let events = texts.iter().zip(0..).map(|(text, version)| {
                NewEvent::new(CHANGED, "many", version, *text).map_err(DatabaseError::from)
            });
            tx.append_all(&events.collect::<Result<Vec<_>, _>>()?).await
        })
    });
    write.await.unwrap();
    let from_memory = database.events().tail(0).pending_batch().await.unwrap();
    assert_eq!(from_memory.len(), 6);
    // Another handle has written nothing, so that it has nothing in memory.
    let reopened = scratch.open("source").await;
    let from_file = reopened.events().tail(0).pending_batch().await.unwrap();
    assert_eq!(from_memory, from_file);
}
