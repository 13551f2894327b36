//! Gauges of a service, which are read at each scrape.

use std::fmt;
use std::sync::Arc;

use event_log::BoxFuture;

use super::{Reading, number};
use crate::{BoxError, ReadinessCheck};

type Read = dyn Fn() -> BoxFuture<'static, Result<Vec<Reading>, BoxError>> + Send + Sync;

/// Gauges that are read together at each scrape, over the background connections. Such a read is short: it uses an index.
#[derive(Clone)]
pub struct Gauges(Arc<Read>);

impl Gauges {
    /// Gauges by their names and help texts, and how to read their values, in the same order.
    #[must_use]
    pub fn new<const N: usize, F, E>(
        described: [(&'static str, &'static str); N],
        read: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<[f64; N], E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let read = move || -> BoxFuture<'static, Result<Vec<Reading>, BoxError>> {
            let reading = read();
            Box::pin(async move {
                let values = reading.await.map_err(Into::into)?;
                let readings = described.into_iter().zip(values);
                let readings = readings.map(|((name, help), value)| Reading::gauge(name, help, value));
                Ok(readings.collect())
            })
        };
        Self(Arc::new(read))
    }

    pub(super) fn read(&self) -> BoxFuture<'static, Result<Vec<Reading>, BoxError>> {
        (self.0)()
    }
}

impl fmt::Debug for Gauges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gauges").finish_non_exhaustive()
    }
}

/// What readiness counts is worth an alert, too.
pub(super) fn of_check(check: &ReadinessCheck) -> BoxFuture<'static, Result<Vec<Reading>, BoxError>> {
    let check = check.clone();
    Box::pin(async move {
        let found = number(check.count().await?);
        let help = "Problems that need attention, by their name in /readyz";
        let reading = Reading::gauge("readiness_findings", help, found);
        Ok(vec![reading.with("check", check.name())])
    })
}
