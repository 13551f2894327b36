//! What Prometheus scrapes: `/metrics`, on a listener of its own. See docs/METRICS.md.
//!
//! The services bring their metrics, and those of databases, relays and tasks follow from the list of services. What is added
//! here is about requests, connections and the process.

mod http;
mod process;
mod route;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::info::Info;
use service::Runtime;
use service::metrics::{Counter, Labelled, Labels, Reading, Registry, number};
use tokio::sync::Mutex;

pub use http::{HttpMetrics, measure, note_route};
pub use route::{limits, router};

use crate::connections::{ConnectionMetrics, StreamSlots};
use crate::marketplace::Marketplace;

/// The prefix of every name but those about the process, which are common to all programs.
const PREFIX: &str = "ticketing";

/// How long reading one group may take: what takes longer is left out.
const GROUP_LIMIT: Duration = Duration::from_secs(2);

/// How long a scrape may take. Prometheus gives up after ten seconds by default.
const SCRAPE_LIMIT: Duration = Duration::from_secs(8);

/// What is measured at the edge of the process.
#[derive(Clone, Default)]
pub struct EdgeMetrics {
    /// Of requests.
    pub http: HttpMetrics,
    /// Of connections.
    pub connections: ConnectionMetrics,
}

/// A scrape did not end in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the metrics could not be read in time")]
pub struct NotInTime;

/// All metrics of this process. Clones are handles to the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    /// What is counted as it happens.
    counted: Registry,
    runtime: Runtime,
    streams: StreamSlots,
    /// Per group of [`Runtime::metric_groups`].
    scrape_errors: Vec<(String, Counter)>,
    started_at_ms: i64,
    /// Held during a scrape, so that any number of them takes no more connections than one.
    scraping: Mutex<()>,
}

impl Metrics {
    /// The metrics of a marketplace and what is at its edge.
    #[must_use]
    pub fn new(marketplace: &Marketplace, edge: &EdgeMetrics, streams: &StreamSlots) -> Self {
        let runtime = marketplace.runtime.clone();
        let mut counted = Registry::with_prefix(PREFIX);
        runtime.register_metrics(&mut counted);
        edge.http.register(&mut counted);
        edge.connections.register(&mut counted);
        streams.register(&mut counted);
        let build: Labels = vec![("version", Cow::Borrowed(env!("CARGO_PKG_VERSION")))];
        counted.register("build", "The version of this program", Info::new(build));
        let groups = runtime.metric_groups().into_iter();
        let mut scrape_errors: Vec<_> = groups.map(|group| (group, Counter::default())).collect();
        // A service has a group for each set of gauges, and they fail together.
        scrape_errors.dedup_by(|one, other| one.0 == other.0);
        let of_group = |(group, counter): &(String, Counter)| -> (Labels, Counter) {
            (vec![("group", Cow::Owned(group.clone()))], counter.clone())
        };
        counted.register(
            "scrape_errors",
            "Groups of metrics that were left out of a scrape because they could not be read",
            scrape_errors.iter().map(of_group).collect::<Labelled<_>>(),
        );
        Self(Arc::new(Inner {
            counted,
            runtime,
            streams: streams.clone(),
            scrape_errors,
            started_at_ms: marketplace.clock.now_ms(),
            scraping: Mutex::default(),
        }))
    }

    /// Everything there is, in the text format of Prometheus. What cannot be read is left out and counted.
    ///
    /// # Errors
    /// When it takes too long: others are scraping, or databases do not answer.
    pub async fn scrape(&self) -> Result<String, NotInTime> {
        tokio::time::timeout(SCRAPE_LIMIT, self.read())
            .await
            .map_err(|_| NotInTime)
    }

    async fn read(&self) -> String {
        let _one_at_a_time = self.0.scraping.lock().await;
        let mut readings = self.0.runtime.read_metrics(GROUP_LIMIT).await;
        for (group, counter) in &self.0.scrape_errors {
            if readings.failed.contains(group) {
                counter.inc();
            }
        }
        readings.add(vec![Reading::gauge(
            "streams_open",
            "Streams on /live that are open",
            number(self.0.streams.open()),
        )]);
        let mut read = Registry::with_prefix(PREFIX);
        readings.register(&mut read);
        let process = process::registry(self.0.started_at_ms).await;
        let mut text = String::new();
        for registry in [&self.0.counted, &read, &process] {
            // Writing into memory does not fail.
            let _written = prometheus_text::encode(&mut text, registry);
        }
        text
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
