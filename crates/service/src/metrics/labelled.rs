//! One metric with several label sets, which are known from the start.

use std::borrow::Cow;
use std::fmt;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// Names and values of labels.
pub type Labels = Vec<(&'static str, Cow<'static, str>)>;

/// One metric with several label sets. Unlike a family of the library it takes metrics that exist already, keeps their order, and takes
/// no lock.
#[derive(Clone, Debug)]
pub struct Labelled<M>(Vec<(Labels, M)>);

impl<M> FromIterator<(Labels, M)> for Labelled<M> {
    fn from_iter<I: IntoIterator<Item = (Labels, M)>>(metrics: I) -> Self {
        Self(metrics.into_iter().collect())
    }
}

impl<M: TypedMetric> TypedMetric for Labelled<M> {
    const TYPE: MetricType = M::TYPE;
}

impl<M: EncodeMetric + TypedMetric> EncodeMetric for Labelled<M> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (labels, metric) in &self.0 {
            // Without labels there is no family.
            if labels.is_empty() {
                metric.encode(encoder)?;
                return Ok(());
            }
            metric.encode(encoder.encode_family(labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
