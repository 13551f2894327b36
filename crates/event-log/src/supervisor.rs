//! Supervises long-lived tasks.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Backoff;
use crate::panic_message::panic_message;

/// The settings of a supervisor.
#[derive(Clone, Copy, Debug)]
pub struct SupervisorOptions {
    /// The pauses before a restart.
    pub backoff: Backoff,
    /// How often in a row a task may end before the supervisor gives up on it.
    pub attempts: u32,
    /// A run at least this long resets the failure count.
    pub stable_after: Duration,
}

/// Ten failures in a row, within a little more than a minute.
impl Default for SupervisorOptions {
    fn default() -> Self {
        Self {
            backoff: Backoff {
                first: Duration::from_millis(100),
                longest: Duration::from_secs(30),
            },
            attempts: 10,
            stable_after: Duration::from_mins(1),
        }
    }
}

/// The status of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStatus {
    /// Its name.
    pub name: String,
    /// It is running. Otherwise it has ended and waits for its restart.
    pub is_running: bool,
    /// How often it was restarted.
    pub restarts: u64,
}

/// A task keeps ending, however often it is restarted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task {name} ended {attempts} times in a row, most recently because {reason}")]
pub struct TaskFailed {
    /// Its name.
    pub name: String,
    /// How often it was started.
    pub attempts: u32,
    /// The result of the last run.
    pub reason: String,
}

/// Runs tasks until it is stopped. Restarts tasks that panic or return early. Clones are handles to the same tasks.
///
/// A task that keeps failing is a [failure](Supervisor::failure) of the supervisor: the process must not continue
/// without it.
#[derive(Clone)]
pub struct Supervisor {
    options: SupervisorOptions,
    stop: CancellationToken,
    tracker: TaskTracker,
    tasks: Arc<Mutex<Vec<TaskStatus>>>,
    failed: watch::Sender<Option<TaskFailed>>,
}

impl Supervisor {
    /// A supervisor without tasks.
    #[must_use]
    pub fn new(options: SupervisorOptions) -> Self {
        Self {
            options,
            stop: CancellationToken::new(),
            tracker: TaskTracker::new(),
            tasks: Arc::default(),
            failed: watch::Sender::new(None),
        }
    }

    /// Runs a task. `task` is called once for each start, with the token that signals it to end; a restart has the state that the
    /// closure owns, and nothing from the previous run.
    pub fn start<F>(
        &self,
        name: impl Into<String>,
        task: impl Fn(CancellationToken) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let name = name.into();
        let index = {
            let mut tasks = self.lock();
            tasks.push(TaskStatus {
                name: name.clone(),
                is_running: true,
                restarts: 0,
            });
            tasks.len() - 1
        };
        let supervisor = self.clone();
        self.tracker
            .spawn(async move { supervisor.supervise(index, &name, task).await });
    }

    /// The status of the tasks, in the order of their first starts.
    #[must_use]
    pub fn status(&self) -> Vec<TaskStatus> {
        self.lock().clone()
    }

    /// Waits until the supervisor has given up on a task.
    pub async fn failure(&self) -> TaskFailed {
        let mut failed = self.failed.subscribe();
        loop {
            if let Some(failed) = failed.borrow_and_update().clone() {
                return failed;
            }
            // The sender is this supervisor's own.
            let _changed = failed.changed().await;
        }
    }

    /// Signals the tasks to end, and waits until they have.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Cancelling it signals the tasks to end.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    async fn supervise<F>(&self, index: usize, name: &str, task: impl Fn(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send,
    {
        let mut failures = 0;
        loop {
            let started = Instant::now();
            // A panic leaves nothing half done for the next run: all writes are in transactions.
            let run = AssertUnwindSafe(async { task(self.stop.clone()).await });
            let ended = run.catch_unwind().await;
            if self.stop.is_cancelled() {
                return;
            }
            let reason = reason(ended);
            failures = if started.elapsed() < self.options.stable_after {
                failures + 1
            } else {
                1
            };
            self.update_status(index, |status| status.is_running = false);
            if failures >= self.options.attempts {
                tracing::error!(
                    task.name = name,
                    task.attempts = failures,
                    reason,
                    "a task keeps failing; giving up"
                );
                self.failed.send_replace(Some(TaskFailed {
                    name: name.to_owned(),
                    attempts: failures,
                    reason,
                }));
                return;
            }
            tracing::error!(
                task.name = name,
                task.attempts = failures,
                reason,
                "a task ended and will be restarted"
            );
            let pause = tokio::time::sleep(self.options.backoff.pause(failures));
            if self.stop.run_until_cancelled(pause).await.is_none() {
                return;
            }
            self.update_status(index, |status| {
                status.is_running = true;
                status.restarts += 1;
            });
        }
    }

    fn update_status(&self, index: usize, update: impl FnOnce(&mut TaskStatus)) {
        if let Some(status) = self.lock().get_mut(index) {
            update(status);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<TaskStatus>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new(SupervisorOptions::default())
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("tasks", &self.status())
            .finish_non_exhaustive()
    }
}

fn reason(ended: Result<(), Box<dyn Any + Send>>) -> String {
    match ended {
        Ok(()) => "it returned".to_owned(),
        Err(payload) => format!("it panicked: {}", panic_message(&*payload)),
    }
}
