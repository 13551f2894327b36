//! What is measured of services. Each brings its own metrics; those of databases, relays and tasks follow for every one of the
//! list.
//!
//! What happens is counted as it happens, by [`Counter`]s and [`Histogram`]s that are registered once. What *is* (holds that are
//! live, events that wait) is read at each scrape ([`Readings`]): nothing has to be kept up to date for it, and what cannot be
//! read is left out.
//!
//! Names are those of Prometheus, without the prefix, and help texts without the full stop, both of which the registry adds.

mod counters;
mod database;
mod gauges;
mod labelled;
mod number;
mod readings;
mod relay;
mod task;

pub use prometheus_client::metrics::counter::Counter;
pub use prometheus_client::metrics::gauge::Gauge;
pub use prometheus_client::metrics::histogram::Histogram;
pub use prometheus_client::registry::Registry;

pub use counters::CountersBy;
pub use gauges::Gauges;
pub use labelled::{Labelled, Labels};
pub use number::{age_seconds, number};
pub use readings::{Reading, Readings};

use std::time::Duration;

use event_log::BoxFuture;
use futures::StreamExt;

use crate::{BoxError, Runtime};

/// How many groups are read at a time: fewer than a database has connections for what must go on, so that no relay waits for a
/// scrape.
const AT_A_TIME: usize = 2;

/// Readings that come from the same database, and fail together.
struct Group {
    name: String,
    reading: BoxFuture<'static, Result<Vec<Reading>, BoxError>>,
}

impl Runtime {
    /// Registers what is counted as it happens.
    pub fn register_metrics(&self, registry: &mut Registry) {
        for service in self.services() {
            service.register_metrics(registry);
        }
        let databases: Vec<_> = self.databases().cloned().collect();
        database::register(&databases, registry);
        relay::register(self, registry);
    }

    /// The groups of what is read at a scrape, by which [`Readings::failed`] names them.
    #[must_use]
    pub fn metric_groups(&self) -> Vec<String> {
        self.groups().into_iter().map(|group| group.name).collect()
    }

    /// Reads what is only known by looking. A group that cannot be read, or not in the time that each has, is left out and named.
    pub async fn read_metrics(&self, limit: Duration) -> Readings {
        let groups = self.groups().into_iter().map(|group| async move {
            let reading = tokio::time::timeout(limit, group.reading).await;
            let reading = reading.unwrap_or_else(|_| Err("timed out".into()));
            (group.name, reading)
        });
        let mut readings = Readings::default();
        let mut done = futures::stream::iter(groups).buffered(AT_A_TIME);
        while let Some((name, reading)) = done.next().await {
            match reading {
                Ok(read) => readings.add(read),
                Err(error) => {
                    tracing::warn!(group = name, %error, "could not read a group of metrics");
                    readings.failed.push(name);
                }
            }
        }
        let databases = self.databases().flat_map(database::readings);
        readings.add(databases.collect());
        readings.add(self.tasks().iter().flat_map(task::readings).collect());
        readings
    }

    fn groups(&self) -> Vec<Group> {
        let of_services = self.services().iter().flat_map(|service| {
            let checks = service.readiness().iter().map(gauges::of_check);
            let gauges = service.gauges().iter().map(Gauges::read);
            let name = service.name();
            let reading = gauges.chain(checks);
            reading.map(move |reading| Group {
                name: name.to_owned(),
                reading,
            })
        });
        let of_relays = self.relay_endpoints().map(|(source, consumer)| Group {
            name: format!("relay:{}:{}", source.name(), consumer.name()),
            reading: relay::readings(source.clone(), consumer.clone()),
        });
        of_services.chain(of_relays).collect()
    }
}
