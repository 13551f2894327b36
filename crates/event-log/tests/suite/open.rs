//! Opening and closing: settings, migrations, and the state at the next start.

use std::path::Path;
use std::sync::LazyLock;

use crate::support::ledger::add;
use crate::support::{Scratch, execute, number};
use event_log::sql::unchecked_scalar;
use event_log::{Database, DatabaseError, DatabaseOptions, IdSource, OpenError};
use sqlx::migrate::{MigrateError, Migrator};

#[tokio::test]
async fn writes_are_durable_and_foreign_keys_are_enforced() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let settings = database
        .write(|tx| {
            Box::pin(async move {
                let mut settings = Vec::new();
                for pragma in ["PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys"] {
                    let row = sqlx::query(pragma)
                        .fetch_one(tx.connection().as_sqlite().unwrap())
                        .await?;
                    let value = sqlx::Row::try_get_unchecked::<String, _>(&row, 0)?;
                    settings.push(value);
                }
                Ok::<_, DatabaseError>(settings)
            })
        })
        .await
        .unwrap();
    // 2 is FULL.
    assert_eq!(settings, ["wal", "2", "1"]);
}

/// The options of `.cargo/config.toml`, without which everything is right and slower.
#[tokio::test]
async fn sqlite_is_compiled_as_documented() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let options: Vec<String> = unchecked_scalar("PRAGMA compile_options")
        .fetch_all(database.reader())
        .await
        .unwrap();
    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    assert!(has("ENABLE_QPSG") && has("DEFAULT_MEMSTATUS=0"), "{options:?}");
    assert!(!has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
}

#[tokio::test]
async fn writes_survive_a_restart() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    add(&database, "a", 1).await.unwrap();
    add(&database, "a", 1).await.unwrap();
    database.close().await;
    assert!(
        !scratch.path("source").with_extension("sqlite-wal").exists(),
        "the log was not moved into the file"
    );

    let database = scratch.open("source").await;
    assert_eq!(*database.watch().borrow(), 2);
    assert_eq!(add(&database, "a", 1).await.unwrap(), 3);
    assert_eq!(database.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn closed_database_refuses_writes_and_reads() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    database.check().await.unwrap();
    database.close().await;
    assert!(database.check().await.is_err());
    assert!(add(&database, "a", 1).await.is_err());
}

#[tokio::test]
async fn migrations_of_this_crate_and_of_the_service_are_tracked_apart() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/event-log");
    // The folder in it has those for PostgreSQL.
    let own = std::fs::read_dir(folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_file())
        .count();
    assert_eq!(
        number(&database, "SELECT count(*) FROM _event_log_migrations").await,
        i64::try_from(own).unwrap()
    );
    assert_eq!(
        number(&database, "SELECT count(*) FROM _sqlx_migrations").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_may_start_together() {
    for _ in 0..50 {
        let scratch = Scratch::new();
        let (one, other) = tokio::join!(scratch.open("source"), scratch.open("source"));
        add(&one, "a", 1).await.unwrap();
        assert_eq!(add(&other, "a", 1).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn database_of_a_newer_version_is_refused() {
    static OLDER: LazyLock<Migrator> = LazyLock::new(|| Migrator::with_migrations(Vec::new()));
    let scratch = Scratch::new();
    scratch.open("source").await.close().await;
    let options = DatabaseOptions {
        location: scratch.path("source").into(),
        name: "source",
        readers: 1,
    };
    let ids = IdSource::seeded(scratch.clock.shared(), 1);
    let refused = Database::open(options, &*OLDER, scratch.clock.shared(), ids)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, OpenError::Migrate(MigrateError::VersionMissing(1))),
        "{refused}"
    );
}

#[tokio::test]
async fn file_that_is_not_a_database_is_refused_and_unchanged() {
    let scratch = Scratch::new();
    let text = "a shopping list, longer than the header of a database file: ".repeat(20);
    std::fs::write(scratch.path("source"), &text).unwrap();
    let options = DatabaseOptions {
        location: scratch.path("source").into(),
        name: "source",
        readers: 1,
    };
    let ids = IdSource::seeded(scratch.clock.shared(), 1);
    let refused = Database::open(options, &*crate::support::MIGRATIONS, scratch.clock.shared(), ids)
        .await
        .unwrap_err();
    assert!(matches!(refused, OpenError::Connect(_)), "{refused}");
    assert_eq!(std::fs::read_to_string(scratch.path("source")).unwrap(), text);
}

#[tokio::test]
async fn integrity_check_finds_an_orphan() {
    let scratch = Scratch::new();
    let database = scratch.open("source").await;
    execute(
        &database,
        "CREATE TABLE notes (account TEXT REFERENCES accounts) STRICT",
    )
    .await
    .unwrap();
    let careless = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(scratch.path("source"))
        .foreign_keys(false);
    let mut connection = sqlx::ConnectOptions::connect(&careless).await.unwrap();
    sqlx::query("INSERT INTO notes VALUES ('nobody')")
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(
        database.integrity_check().await.unwrap(),
        ["a foreign key of notes points nowhere"]
    );
}
