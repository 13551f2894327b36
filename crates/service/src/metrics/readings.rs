//! What was read for one scrape.

use std::borrow::Cow;

use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::{Labelled, Labels};

/// What a value does from one scrape to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It only grows, from zero at the start of the process. The encoding adds `_total` to its name.
    Counter,
    /// It grows and falls.
    Gauge,
}

/// One value of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    labels: Labels,
    value: f64,
}

impl Reading {
    /// The value of a gauge without labels.
    #[must_use]
    pub fn gauge(name: &'static str, help: &'static str, value: f64) -> Self {
        Self {
            name,
            help,
            kind: Kind::Gauge,
            labels: Vec::new(),
            value,
        }
    }

    /// The value of a counter without labels.
    #[must_use]
    pub fn counter(name: &'static str, help: &'static str, value: f64) -> Self {
        Self {
            kind: Kind::Counter,
            ..Self::gauge(name, help, value)
        }
    }

    /// The same with one more label.
    #[must_use]
    pub fn with(mut self, label: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.labels.push((label, value.into()));
        self
    }
}

/// What was read for one scrape.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    read: Vec<Reading>,
    /// The groups that could not be read.
    pub failed: Vec<String>,
}

impl Readings {
    /// Adds what was read.
    pub fn add(&mut self, read: Vec<Reading>) {
        self.read.extend(read);
    }

    /// Registers everything: the values of one metric together, as the format asks for.
    pub fn register(self, registry: &mut Registry) {
        let mut left = self.read;
        while let Some(Reading { name, help, kind, .. }) = left.first().cloned() {
            let (of_metric, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|reading| reading.name == name);
            left = others;
            let values = of_metric
                .into_iter()
                .map(|reading| (reading.labels, reading.value));
            match kind {
                Kind::Counter => {
                    let values = values.map(|(labels, value)| (labels, ConstCounter::new(value)));
                    registry.register(name, help, values.collect::<Labelled<_>>());
                }
                Kind::Gauge => {
                    let values = values.map(|(labels, value)| (labels, ConstGauge::new(value)));
                    registry.register(name, help, values.collect::<Labelled<_>>());
                }
            }
        }
    }
}
