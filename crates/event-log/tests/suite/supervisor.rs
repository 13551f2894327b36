//! Long-lived tasks are restarted.
#![expect(clippy::panic, reason = "the tasks of these tests panic on purpose")]

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use event_log::{Backoff, Supervisor, SupervisorOptions};
use tokio::sync::Notify;

fn supervisor(attempts: u32) -> Supervisor {
    let pause = Duration::from_millis(1);
    Supervisor::new(SupervisorOptions {
        backoff: Backoff {
            first: pause,
            longest: pause,
        },
        attempts,
        stable_after: Duration::from_hours(1),
    })
}

/// The behavior of a task on its first starts.
#[derive(Clone, Copy)]
enum Fault {
    Panics,
    Returns,
}

/// Starts a task that fails twice and then keeps running; waits until it does.
async fn fail_twice(supervisor: &Supervisor, fault: Fault) {
    let (starts, stays) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
    let staying = Arc::clone(&stays);
    supervisor.start("task", move |stop| {
        let (start, stays) = (starts.fetch_add(1, Ordering::SeqCst), Arc::clone(&stays));
        async move {
            match (start, fault) {
                (0 | 1, Fault::Panics) => panic!("out of luck"),
                (0 | 1, Fault::Returns) => {}
                _ => {
                    stays.notify_one();
                    stop.cancelled().await;
                }
            }
        }
    });
    staying.notified().await;
}

#[tokio::test]
async fn task_that_panics_or_returns_is_started_again() {
    for fault in [Fault::Panics, Fault::Returns] {
        let supervisor = supervisor(3);
        fail_twice(&supervisor, fault).await;
        let status = supervisor.status();
        assert_eq!(
            (status[0].name.as_str(), status[0].is_running, status[0].restarts),
            ("task", true, 2)
        );
        supervisor.stop().await;
        assert_eq!(
            supervisor.status()[0].restarts,
            2,
            "the end that was asked for is no failure"
        );
    }
}

/// The control: nothing else restarts it.
#[tokio::test]
async fn without_a_supervisor_a_task_that_panics_is_dead() {
    let ended = tokio::spawn(async { panic!("out of luck") }).await;
    assert!(ended.unwrap_err().is_panic());
}

#[tokio::test]
async fn task_that_keeps_ending_fails_the_supervisor() {
    let supervisor = supervisor(3);
    supervisor.start("well", |stop| async move { stop.cancelled().await });
    supervisor.start("ill", |_| async { panic!("out of luck") });
    let failed = supervisor.failure().await;
    assert_eq!((failed.name.as_str(), failed.attempts), ("ill", 3));
    assert!(failed.reason.contains("out of luck"), "{failed}");
    let running: Vec<bool> = supervisor
        .status()
        .iter()
        .map(|status| status.is_running)
        .collect();
    assert_eq!(running, [true, false]);
    supervisor.stop().await;
}

#[tokio::test]
async fn task_that_ran_long_enough_regains_all_attempts() {
    let supervisor = Supervisor::new(SupervisorOptions {
        attempts: 2,
        stable_after: Duration::ZERO,
        ..SupervisorOptions::default()
    });
    fail_twice(&supervisor, Fault::Panics).await;
    assert_eq!(supervisor.status()[0].restarts, 2);
    supervisor.stop().await;
}

#[tokio::test]
async fn task_that_waits_to_be_started_again_can_be_stopped() {
    let supervisor = Supervisor::new(SupervisorOptions {
        backoff: Backoff {
            first: Duration::from_hours(1),
            longest: Duration::from_hours(1),
        },
        ..SupervisorOptions::default()
    });
    supervisor.start("ill", |_| async { panic!("out of luck") });
    supervisor.start("well", |stop| async move {
        let _stopped = stop.run_until_cancelled(pending::<()>()).await;
    });
    while supervisor.status()[0].is_running {
        tokio::task::yield_now().await;
    }
    supervisor.stop().await;
}
