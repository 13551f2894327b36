//! A consumer runs the operation of an event, decoded, in the transaction of the cursor.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use contracts::events::{SessionEnded, UserSignedUp};
use event_log::{
    ApplyError, Database, DatabaseError, DatabaseOptions, Event, Handler, IdSource, ManualClock, Transaction,
};
use service::Subscription;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tempfile::TempDir;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let schema = "CREATE TABLE notes (text TEXT NOT NULL) STRICT".into_sql_str();
    let notes = Migration::new(1, "notes".into(), MigrationType::Simple, schema, false);
    Migrator::with_migrations(vec![notes])
});

async fn note(tx: &mut Transaction, text: String) -> Result<(), DatabaseError> {
    let insert = sqlx::query("INSERT INTO notes (text) VALUES (?)").bind(text);
    insert.execute(tx.connection()).await?;
    Ok(())
}

async fn signed_up(tx: &mut Transaction, event: UserSignedUp) -> Result<(), DatabaseError> {
    note(tx, format!("{} signed up", event.id)).await
}

async fn ended(tx: &mut Transaction, event: SessionEnded, why: &'static str) -> Result<(), DatabaseError> {
    note(tx, format!("{} ended: {why}", event.id)).await
}

async fn stored(tx: &mut Transaction, event: Event) -> Result<(), DatabaseError> {
    note(tx, event.payload).await
}

fn subscription() -> Subscription {
    Subscription::to("auth")
        .on::<UserSignedUp>(signed_up)
        .on_with::<SessionEnded, _>("signed out", ended)
        .on_subject("user:renamed", stored)
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
        path: folder.path().join("consumer.sqlite"),
        name: "consumer",
        readers: 1,
    };
    let ids = IdSource::seeded(clock.shared(), 1);
    Database::open(options, &MIGRATIONS, clock.shared(), ids)
        .await
        .unwrap()
}

async fn apply(database: &Database, subscription: &Subscription, event: Event) -> Result<(), ApplyError> {
    let subscription = subscription.clone();
    database
        .write(move |tx| Box::pin(async move { subscription.apply(tx, &event).await }))
        .await
}

async fn notes(database: &Database) -> Vec<String> {
    sqlx::query_scalar("SELECT text FROM notes ORDER BY rowid")
        .fetch_all(database.reader())
        .await
        .unwrap()
}

#[tokio::test]
async fn each_event_reaches_its_operation() {
    let folder = TempDir::new().unwrap();
    let (database, subscription) = (database(&folder).await, subscription());
    assert_eq!(
        subscription.subjects(),
        ["user:signed-up", "session:ended", "user:renamed"]
    );
    let signed_up = format!(r#"{{"id":"{ID}"}}"#);
    let ended = format!(r#"{{"id":"{ID}","userId":"{ID}"}}"#);
    for (subject, payload) in [
        ("user:signed-up", signed_up),
        ("session:ended", ended),
        ("user:renamed", "{}".to_owned()),
    ] {
        apply(&database, &subscription, event(subject, 0, payload))
            .await
            .unwrap();
    }
    let expected = [
        format!("{ID} signed up"),
        format!("{ID} ended: signed out"),
        "{}".to_owned(),
    ];
    assert_eq!(notes(&database).await, expected);
}

#[tokio::test]
async fn event_that_cannot_be_decoded_is_malformed_and_one_without_operation_is_rejected() {
    let folder = TempDir::new().unwrap();
    let (database, subscription) = (database(&folder).await, subscription());
    let malformed = apply(
        &database,
        &subscription,
        event("user:signed-up", 0, "{}".to_owned()),
    )
    .await;
    assert!(
        matches!(malformed, Err(ApplyError::Malformed(_))),
        "{malformed:?}"
    );
    let unknown = apply(&database, &subscription, event("user:died", 0, "{}".to_owned())).await;
    assert!(matches!(unknown, Err(ApplyError::Rejected(_))), "{unknown:?}");
    assert_eq!(notes(&database).await, [""; 0]);
}

#[tokio::test]
async fn version_is_applied_once_if_requested() {
    let folder = TempDir::new().unwrap();
    let database = database(&folder).await;
    let renamed = |version| event("user:renamed", version, format!("{{\"version\":{version}}}"));
    let once = subscription().once_per_version();
    for version in [0, 2, 2, 1] {
        apply(&database, &once, renamed(version)).await.unwrap();
    }
    assert_eq!(notes(&database).await, [r#"{"version":0}"#, r#"{"version":2}"#]);
    // The control: without it every delivery has its effect.
    apply(&database, &subscription(), renamed(2)).await.unwrap();
    assert_eq!(notes(&database).await.len(), 3);
}
