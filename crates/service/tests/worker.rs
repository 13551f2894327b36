//! A worker runs its steps: when the last one scheduled it, on every commit, and again after a failure.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use event_log::{Database, DatabaseError, DatabaseOptions, IdSource, ManualClock};
use service::Worker;
use sqlx::migrate::Migrator;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// Longer than any test.
const LONG: Duration = Duration::from_hours(1);

/// Counts steps, and waits for them.
#[derive(Clone, Default)]
struct Steps(Arc<AtomicUsize>);

impl Steps {
    fn take(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    async fn reach(&self, count: usize) {
        let reached = async {
            while self.0.load(Ordering::SeqCst) < count {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(20), reached).await.unwrap();
    }
}

#[tokio::test]
async fn step_returns_the_delay_until_the_next_one() {
    let steps = Steps::default();
    let counted = steps.clone();
    let worker = Worker::repeating("test", move || {
        let pause = if counted.take() < 2 { Duration::ZERO } else { LONG };
        async move { Ok::<_, DatabaseError>(pause) }
    });
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker.run(stop.clone()));
    steps.reach(3).await;
    sleep(Duration::from_millis(20)).await;
    assert_eq!(steps.take(), 3, "it sleeps");
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn commit_wakes_the_worker() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(0);
    let options = DatabaseOptions {
        location: folder.path().join("test.sqlite").into(),
        name: "test",
        readers: 1,
    };
    let ids = IdSource::seeded(clock.shared(), 1);
    let database = Database::open(options, &NO_TABLES, clock.shared(), ids)
        .await
        .unwrap();
    let steps = Steps::default();
    let counted = steps.clone();
    let worker = Worker::repeating_on_commits("test", database.events(), move || {
        counted.take();
        async { Ok::<_, DatabaseError>(LONG) }
    });
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker.run(stop.clone()));
    steps.reach(1).await;
    let appended: Result<i64, DatabaseError> = database
        .write(|tx| Box::pin(async move { tx.append("lamp:lit", "desk", 0, &()).await }))
        .await;
    appended.unwrap();
    steps.reach(2).await;
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn failed_step_is_retried_after_a_pause() {
    let steps = Steps::default();
    let counted = steps.clone();
    let worker = Worker::repeating("test", move || {
        let is_first = counted.take() == 0;
        async move { if is_first { Err("no luck") } else { Ok(LONG) } }
    });
    let (stop, started) = (CancellationToken::new(), Instant::now());
    let running = tokio::spawn(worker.run(stop.clone()));
    steps.reach(2).await;
    assert!(
        started.elapsed() >= Duration::from_secs(1),
        "it tries again without a pause"
    );
    stop.cancel();
    running.await.unwrap();
}
