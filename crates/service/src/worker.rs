//! What a service does by itself as time goes on.

use std::fmt;
use std::sync::Arc;

use event_log::BoxFuture;
use tokio_util::sync::CancellationToken;

/// A task of a service that runs for as long as the process, under the supervision of the [`Runtime`](crate::Runtime).
#[derive(Clone)]
pub struct Worker {
    name: &'static str,
    run: Arc<dyn Fn(CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Worker {
    /// A worker. `run` is called for each start and ends when its token is cancelled.
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

    /// Its name, as readiness and the log have it.
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

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Worker").field(&self.name).finish()
    }
}
