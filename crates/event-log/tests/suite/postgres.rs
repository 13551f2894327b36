//! A database in a schema of PostgreSQL that several processes have open: here, several handles, which share nothing in memory.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{
    Database, DatabaseError, DatabaseOptions, IdSource, Location, ManualClock, OpenError, PostgresLocation,
};
use futures::future::join_all;
use postgres_cluster::{Cluster, TestDatabase};
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

static LAMPS: LazyLock<Migrator> = LazyLock::new(|| {
    let schema = "CREATE TABLE lamps (id TEXT PRIMARY KEY)";
    let migration = Migration::new(
        1,
        "lamps".into(),
        MigrationType::Simple,
        schema.into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![migration])
});

const LIMIT: Duration = Duration::from_secs(30);

async fn try_open(
    cluster: &TestDatabase<'_>,
    seed: u64,
    migrations: &'static Migrator,
) -> Result<Database, OpenError> {
    let location = PostgresLocation {
        options: Box::new(cluster.url().parse().unwrap()),
        schema: "lamps".to_owned(),
    };
    let options = DatabaseOptions {
        location: Location::Postgres(location),
        name: "lamps",
        readers: 1,
    };
    let clock = ManualClock::at(0).shared();
    let ids = IdSource::seeded(clock.clone(), seed);
    Database::open(options, migrations, clock, ids).await
}

/// Handles as several processes have them, opened at the same time.
async fn open(database: &TestDatabase<'_>, count: u64) -> Vec<Database> {
    let opened = join_all((0..count).map(|seed| try_open(database, seed, &LAMPS))).await;
    opened.into_iter().map(Result::unwrap).collect()
}

async fn light(database: &Database, id: String) -> Result<i64, DatabaseError> {
    database
        .write(move |tx| {
            Box::pin(async move {
                unchecked("INSERT INTO lamps VALUES ($1)")
                    .bind(&id)
                    .execute(tx.connection())
                    .await?;
                tx.append("lamp:lit", &id, 0, &serde_json::json!({})).await
            })
        })
        .await
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let held = tokio::time::timeout(LIMIT, waiting).await;
    assert!(held.is_ok(), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sequences_of_several_writers_are_gapless_and_every_handle_learns_of_them() {
    let server = Cluster::shared().database();
    let handles = open(&server, 3).await;
    let seen: Vec<_> = handles
        .iter()
        .map(|handle| {
            let seen = Arc::new(Mutex::new(Vec::new()));
            let seeing = Arc::clone(&seen);
            handle.listen_to_others(move |events| {
                let sequences = events.iter().map(|event| event.sequence);
                seeing.lock().unwrap().extend(sequences);
            });
            seen
        })
        .collect();
    let writing = (0..90).map(|number| {
        let handle = handles[number % 3].clone();
        async move {
            (
                number % 3,
                light(&handle, format!("lamp {number}")).await.unwrap(),
            )
        }
    });
    let written = join_all(writing).await;
    let mut sequences: Vec<_> = written.iter().map(|(_, sequence)| *sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=90).collect::<Vec<_>>());
    for (index, handle) in handles.iter().enumerate() {
        until("the handle learns of the last event", || {
            *handle.watch().borrow() == 90
        })
        .await;
        let of_others = written.iter().filter(|(writer, _)| *writer != index);
        let mut expected: Vec<_> = of_others.map(|(_, sequence)| *sequence).collect();
        expected.sort_unstable();
        until("the listener is notified of all", || {
            seen[index].lock().unwrap().len() >= 60
        })
        .await;
        assert_eq!(*seen[index].lock().unwrap(), expected);
    }
    for handle in handles {
        handle.close().await;
    }
}

/// PostgreSQL would roll back and report success: the write would seem to have had its effect.
#[tokio::test]
async fn write_that_hides_the_error_of_a_statement_is_not_committed() {
    let server = Cluster::shared().database();
    let database = open(&server, 1).await.remove(0);
    let outcome: Result<(), DatabaseError> = database
        .write(|tx| {
            Box::pin(async move {
                unchecked("INSERT INTO lamps VALUES ('desk')")
                    .execute(tx.connection())
                    .await?;
                let twice = unchecked("INSERT INTO lamps VALUES ('desk')")
                    .execute(tx.connection())
                    .await;
                assert!(DatabaseError::from(twice.unwrap_err()).is_unique_violation());
                Ok(())
            })
        })
        .await;
    assert!(outcome.is_err(), "the write reported success");
    let count: i64 = unchecked_scalar("SELECT count(*) FROM lamps")
        .fetch_one(database.reader())
        .await
        .unwrap();
    assert_eq!(count, 0);
    light(&database, "desk".to_owned()).await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn readers_cannot_write() {
    let server = Cluster::shared().database();
    let database = open(&server, 1).await.remove(0);
    for reader in [
        database.reader(),
        database.search_reader(),
        database.background_reader(),
    ] {
        let written = unchecked("INSERT INTO lamps VALUES ('desk')")
            .execute(reader)
            .await;
        assert!(written.is_err());
    }
    database.close().await;
}

#[tokio::test]
async fn schema_of_a_newer_version_is_refused() {
    static OLDER: LazyLock<Migrator> = LazyLock::new(|| Migrator::with_migrations(Vec::new()));
    let server = Cluster::shared().database();
    open(&server, 1).await.remove(0).close().await;
    let refused = try_open(&server, 1, &OLDER).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Migrate(MigrateError::VersionMissing(1))),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_handle_leads_and_another_one_takes_over() {
    let server = Cluster::shared().database();
    let mut handles = open(&server, 3).await;
    for remaining in (1..=3).rev() {
        let leading = || {
            let leads = handles.iter().map(|handle| *handle.leadership().borrow());
            leads.collect::<Vec<_>>()
        };
        until("a handle leads", || leading().contains(&true)).await;
        let leads = leading();
        assert_eq!(
            (leads.len(), leads.iter().filter(|leads| **leads).count()),
            (remaining, 1)
        );
        let leader = leads.iter().position(|leads| *leads).unwrap();
        handles.remove(leader).close().await;
    }
}
