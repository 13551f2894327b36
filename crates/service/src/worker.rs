//! The background tasks of a service.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use event_log::{Backoff, BoxFuture, EventSource};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// The pauses after a failed step.
const AFTER_FAILURE: Backoff = Backoff {
    first: Duration::from_secs(1),
    longest: Duration::from_mins(1),
};

type Run = dyn Fn(CancellationToken) -> BoxFuture<'static, ()> + Send + Sync;
type Step = dyn Fn() -> BoxFuture<'static, Option<Duration>> + Send + Sync;

/// A task of a service that runs for as long as the process, under the supervision of the [`Runtime`](crate::Runtime).
#[derive(Clone)]
pub struct Worker {
    name: &'static str,
    run: Arc<Run>,
}

impl Worker {
    /// A worker with its own loop. `run` is called for each start and ends when its token is cancelled.
    #[must_use]
    pub fn new<F>(name: &'static str, run: impl Fn(CancellationToken) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            name,
            run: Arc::new(move |stop| Box::pin(run(stop))),
        }
    }

    /// A worker that repeats a step. Each step returns how long there is nothing to do; a failed step is retried with
    /// backoff. A step that has started is finished when the worker is stopped.
    #[must_use]
    pub fn repeating<F, E>(name: &'static str, step: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Duration, E>> + Send + 'static,
        E: fmt::Display,
    {
        let step = logged(name, step);
        Self::new(name, move |stop| repeat(Arc::clone(&step), None, stop))
    }

    /// The same, which also takes a step whenever events are committed: they may have made something due.
    #[must_use]
    pub fn repeating_on_commits<F, E>(
        name: &'static str,
        events: EventSource,
        step: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Duration, E>> + Send + 'static,
        E: fmt::Display,
    {
        let step = logged(name, step);
        Self::new(name, move |stop| {
            repeat(Arc::clone(&step), Some(events.clone()), stop)
        })
    }

    /// Its name in readiness and in the log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it until the token is cancelled.
    #[must_use]
    pub fn run(&self, stop: CancellationToken) -> BoxFuture<'static, ()> {
        (self.run)(stop)
    }
}

/// A step that returns `None` if it failed, which is logged.
fn logged<F, E>(name: &'static str, step: impl Fn() -> F + Send + Sync + 'static) -> Arc<Step>
where
    F: Future<Output = Result<Duration, E>> + Send + 'static,
    E: fmt::Display,
{
    Arc::new(move || {
        let stepping = step();
        let stepping = async move {
            match stepping.await {
                Ok(pause) => Some(pause),
                Err(error) => {
                    tracing::error!(worker = name, %error, "a worker failed and will retry");
                    None
                }
            }
        };
        Box::pin(stepping.instrument(tracing::debug_span!("worker", worker = name)))
    })
}

async fn repeat(step: Arc<Step>, woken_by: Option<EventSource>, stop: CancellationToken) {
    let mut commits = woken_by.map(|events| events.watch());
    let mut failures = 0;
    while !stop.is_cancelled() {
        // Marked as seen before the step, so that a commit after its read ends the pause below.
        if let Some(commits) = &mut commits {
            commits.mark_unchanged();
        }
        let pause = step().await;
        failures = if pause.is_some() { 0 } else { failures + 1 };
        let pause = pause.unwrap_or_else(|| AFTER_FAILURE.pause(failures));
        let woken = async {
            match &mut commits {
                // After a failure the pause counts, however much is committed in the meantime.
                Some(commits) if failures == 0 => {
                    if commits.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
            () = woken => {}
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Worker").field(&self.name).finish()
    }
}
