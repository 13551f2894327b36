//! A consumer runs the operation of an event, decoded, in the transaction of the cursor.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use contracts::events::{SessionEnded, UserSignedUp};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{
    ApplyError, Database, DatabaseError, DatabaseOptions, Event, Handler, IdSource, ManualClock, Transaction,
    WorkingSet,
};
use service::{BatchSubscription, Subscription};
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tempfile::TempDir;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let schema = "CREATE TABLE notes (text TEXT NOT NULL) STRICT".into_sql_str();
    let notes = Migration::new(1, "notes".into(), MigrationType::Simple, schema, false);
    Migrator::with_migrations(vec![notes])
});

/// The notes that the events of a batch make.
#[derive(Default)]
struct Notes(Vec<String>);

impl WorkingSet for Notes {
    type Keys = Vec<String>;
    type Error = DatabaseError;

    async fn load(_: &mut Transaction, keys: Vec<String>) -> Result<Self, DatabaseError> {
        Ok(Self(vec![format!("of {}", keys.join(" "))]))
    }

    async fn save(self, tx: &mut Transaction) -> Result<(), DatabaseError> {
        for text in self.0 {
            let insert = unchecked("INSERT INTO notes (text) VALUES ($1)").bind(text);
            insert.execute(tx.connection()).await?;
        }
        Ok(())
    }
}

impl Notes {
    fn note(&mut self, text: String) -> Result<(), DatabaseError> {
        self.0.push(text);
        Ok(())
    }
}

fn subscription() -> BatchSubscription<Notes> {
    BatchSubscription::of("auth")
        .on::<UserSignedUp>(
            |_, keys: &mut Vec<String>| keys.push("user".to_owned()),
            |notes: &mut Notes, event| notes.note(format!("{} signed up", event.id)),
        )
        .on::<SessionEnded>(
            |_, keys: &mut Vec<String>| keys.push("session".to_owned()),
            |notes: &mut Notes, event| notes.note(format!("{} ended", event.id)),
        )
        .on_subject(
            "user:renamed",
            |event| Ok(event.payload.clone()),
            |_, keys: &mut Vec<String>| keys.push("name".to_owned()),
            Notes::note,
        )
}

fn event(subject: &str, version: i64, payload: String) -> Event {
    Event {
        sequence: version + 1,
        id: ID.to_owned(),
        subject: subject.to_owned(),
        aggregate_id: ID.to_owned(),
        aggregate_version: version,
        occurred_at_ms: 0,
        payload,
    }
}

async fn database(folder: &TempDir) -> Database {
    let clock = ManualClock::at(0);
    let options = DatabaseOptions {
        location: folder.path().join("consumer.sqlite").into(),
        name: "consumer",
        readers: 1,
    };
    let ids = IdSource::seeded(clock.shared(), 1);
    Database::open(options, &*MIGRATIONS, clock.shared(), ids)
        .await
        .unwrap()
}

async fn apply(
    database: &Database,
    subscription: &Subscription,
    events: impl Into<Vec<Event>>,
) -> Result<(), ApplyError> {
    let (subscription, events) = (subscription.clone(), events.into());
    database
        .write(move |tx| Box::pin(async move { subscription.apply_all(tx, &events).await }))
        .await
}

async fn notes(database: &Database) -> Vec<String> {
    unchecked_scalar("SELECT text FROM notes ORDER BY rowid")
        .fetch_all(database.reader())
        .await
        .unwrap()
}

#[tokio::test]
async fn each_event_reaches_its_operation() {
    let folder = TempDir::new().unwrap();
    let (database, subscription) = (database(&folder).await, Subscription::from(subscription()));
    assert_eq!(
        subscription.subjects(),
        ["user:signed-up", "session:ended", "user:renamed"]
    );
    let signed_up = format!(r#"{{"id":"{ID}"}}"#);
    let ended = format!(r#"{{"id":"{ID}","userId":"{ID}"}}"#);
    let batch = [
        event("user:signed-up", 0, signed_up),
        event("session:ended", 0, ended),
        event("user:renamed", 0, "{}".to_owned()),
    ];
    apply(&database, &subscription, batch).await.unwrap();
    let expected = [
        "of user session name".to_owned(),
        format!("{ID} signed up"),
        format!("{ID} ended"),
        "{}".to_owned(),
    ];
    assert_eq!(notes(&database).await, expected);
}

#[tokio::test]
async fn event_that_cannot_be_decoded_is_malformed_and_one_without_operation_is_rejected() {
    let folder = TempDir::new().unwrap();
    let (database, subscription) = (database(&folder).await, Subscription::from(subscription()));
    let malformed = [event("user:signed-up", 0, "{}".to_owned())];
    let malformed = apply(&database, &subscription, malformed).await;
    assert!(
        matches!(malformed, Err(ApplyError::Malformed(_))),
        "{malformed:?}"
    );
    let unknown = [event("user:died", 0, "{}".to_owned())];
    let unknown = apply(&database, &subscription, unknown).await;
    assert!(matches!(unknown, Err(ApplyError::Rejected(_))), "{unknown:?}");
    assert_eq!(notes(&database).await, [""; 0]);
}

#[tokio::test]
async fn version_is_applied_once_if_requested() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder).await;
    let renamed = |version| {
        [event(
            "user:renamed",
            version,
            format!("{{\"version\":{version}}}"),
        )]
    };
    let once = Subscription::from(subscription().once_per_version());
    for version in [0, 2, 2, 1] {
        apply(&database, &once, renamed(version)).await.unwrap();
    }
    let (first, second) = (r#"{"version":0}"#, r#"{"version":2}"#);
    assert_eq!(notes(&database).await, ["of name", first, "of name", second]);
    // The control: without it every delivery has its effect.
    let always = Subscription::from(subscription());
    apply(&database, &always, renamed(2)).await.unwrap();
    assert_eq!(notes(&database).await.len(), 6);
}

#[tokio::test]
async fn witness_has_no_effect() {
    let folder = TempDir::new().unwrap();
    let (database, witness) = (database(&folder).await, Subscription::cursor_only("auth"));
    assert!(witness.subjects().is_empty());
    apply(&database, &witness, [event("user:renamed", 0, "{}".to_owned())])
        .await
        .unwrap();
    assert_eq!(notes(&database).await, [""; 0]);
}
