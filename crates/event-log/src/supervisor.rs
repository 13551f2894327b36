//! Keeps tasks running that must not end while the process lives.

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

/// How a supervisor behaves.
#[derive(Clone, Copy, Debug)]
pub struct SupervisorOptions {
    /// The pauses before a task is started again.
    pub backoff: Backoff,
    /// How often in a row a task may end before the supervisor gives up on it.
    pub attempts: u32,
    /// A task that has run for so long has not failed in a row.
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

/// How a task stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStatus {
    /// Its name.
    pub name: String,
    /// It runs. Otherwise it has ended and waits to be started again.
    pub is_running: bool,
    /// How often it was started again.
    pub restarts: u64,
}

/// A task ends again and again, however often it is started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the task {name} has ended {attempts} times in a row; the last time because {reason}")]
pub struct TaskFailed {
    /// Its name.
    pub name: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last attempt ended with.
    pub reason: String,
}

/// Runs tasks until it is stopped, and starts those again that panic or end before. Clones are handles on the same tasks.
///
/// A task that does not stay alive however often it is started is a [failure](Supervisor::failure): the process must not go on
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

    /// Runs a task. `task` is called once for each start, with the token that tells it to end; a new start finds what the closure
    /// owns, and nothing of what the one before had in its hands.
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
            .spawn(async move { supervisor.keep_running(index, &name, task).await });
    }

    /// How the tasks stand, in the order of their starts.
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

    /// Tells the tasks to end, and waits until they have.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Cancelling it tells the tasks to end.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    async fn keep_running<F>(&self, index: usize, name: &str, task: impl Fn(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send,
    {
        let mut failures = 0;
        loop {
            let started = Instant::now();
            // A panic takes nothing with it that the next start would find half done: what a task writes is in transactions.
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
            self.change(index, |status| status.is_running = false);
            if failures >= self.options.attempts {
                tracing::error!(
                    task.name = name,
                    task.attempts = failures,
                    reason,
                    "a task does not stay alive"
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
                "a task has ended and is started again"
            );
            let pause = tokio::time::sleep(self.options.backoff.pause(failures));
            if self.stop.run_until_cancelled(pause).await.is_none() {
                return;
            }
            self.change(index, |status| {
                status.is_running = true;
                status.restarts += 1;
            });
        }
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut TaskStatus)) {
        if let Some(status) = self.lock().get_mut(index) {
            change(status);
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
        Ok(()) => "it ended by itself".to_owned(),
        Err(payload) => format!("it panicked: {}", panic_message(&*payload)),
    }
}
