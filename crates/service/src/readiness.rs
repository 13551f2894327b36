//! The readiness checks of a service.

use std::fmt;
use std::sync::Arc;

use event_log::BoxFuture;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A count of problems that the operator should know. The server keeps working, so it degrades readiness and does not
/// fail it; an error while counting does.
#[derive(Clone)]
pub struct ReadinessCheck {
    name: &'static str,
    count: Arc<dyn Fn() -> BoxFuture<'static, Result<usize, BoxError>> + Send + Sync>,
}

impl ReadinessCheck {
    /// A check with its name in `/readyz`.
    #[must_use]
    pub fn new<F, E>(name: &'static str, count: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<usize, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let count = move || -> BoxFuture<'static, Result<usize, BoxError>> {
            let counting = count();
            Box::pin(async move { counting.await.map_err(Into::into) })
        };
        Self {
            name,
            count: Arc::new(count),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The current count.
    ///
    /// # Errors
    /// When the count cannot be determined.
    pub async fn count(&self) -> Result<usize, BoxError> {
        (self.count)().await
    }
}

impl fmt::Debug for ReadinessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReadinessCheck").field(&self.name).finish()
    }
}
