//! Counters by a label whose values are known.

use std::fmt;
use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;

/// Counters by a label whose values are a closed set: each is there from the start, at zero, so that its first increment shows as
/// one. Clones share their values.
#[derive(Clone, Debug)]
pub struct CountersBy<V> {
    label: &'static str,
    counters: Arc<[Entry<V>]>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    text: &'static str,
    counter: Counter,
}

impl<V: PartialEq> CountersBy<V> {
    /// A counter for each value, with the text that the label has for it.
    #[must_use]
    pub fn new(label: &'static str, values: impl IntoIterator<Item = (V, &'static str)>) -> Self {
        let entry = |(value, text)| Entry {
            value,
            text,
            counter: Counter::default(),
        };
        Self {
            label,
            counters: values.into_iter().map(entry).collect(),
        }
    }

    /// The counter of a value. One that is not in the set counts nowhere.
    #[must_use]
    pub fn of(&self, value: &V) -> Option<&Counter> {
        let entry = self.counters.iter().find(|entry| entry.value == *value)?;
        Some(&entry.counter)
    }

    /// Counts a value now. What is part of a write is counted by the write's commit instead, see [`event_log::CommitCounters`].
    pub fn count(&self, value: &V) {
        if let Some(counter) = self.of(value) {
            counter.inc();
        }
    }
}

impl<V: fmt::Debug> EncodeMetric for CountersBy<V> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for entry in &*self.counters {
            let labels = [(self.label, entry.text)];
            entry.counter.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}
