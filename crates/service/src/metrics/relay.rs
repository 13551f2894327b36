//! The metrics of a source and a consumer of its events.

use event_log::{BoxFuture, Database, EventSource, RelayMetrics};
use prometheus_client::registry::Registry;

use super::{Labelled, Labels, Reading, age_seconds, number};
use crate::{BoxError, Runtime};

fn labels(source: &EventSource, consumer: &Database) -> Labels {
    vec![
        ("source", source.name().into()),
        ("consumer", consumer.name().into()),
    ]
}

pub(super) fn register(runtime: &Runtime, registry: &mut Registry) {
    registry.register(
        "relay_events_delivered",
        "Events that were applied and committed by their consumer",
        each(runtime, |metrics| metrics.delivered.clone()),
    );
    registry.register(
        "relay_failed_attempts",
        "Attempts at an event that failed, after which it waits in the retry queue or is a dead letter",
        each(runtime, |metrics| metrics.failed_attempts.clone()),
    );
    registry.register(
        "relay_batch_events",
        "Events per transaction of the consumer",
        each(runtime, |metrics| metrics.batch.clone()),
    );
}

fn each<M>(runtime: &Runtime, metric: impl Fn(&RelayMetrics) -> M) -> Labelled<M> {
    let pairs = runtime.relay_endpoints().zip(runtime.relay_metrics());
    pairs
        .map(|((source, consumer), metrics)| (labels(source, consumer), metric(metrics)))
        .collect()
}

pub(super) fn readings(
    source: EventSource,
    consumer: Database,
) -> BoxFuture<'static, Result<Vec<Reading>, BoxError>> {
    Box::pin(async move {
        let status = event_log::status(&source, &consumer).await?;
        let undelivered = event_log::undelivered(&source, &consumer).await?;
        let now_ms = consumer.clock().now_ms();
        let pending = age_seconds(now_ms, undelivered.pending_since_ms);
        let waiting = age_seconds(now_ms, undelivered.waiting_since_ms);
        let gauge = |name, help, value| {
            let reading = Reading::gauge(name, help, value);
            reading
                .with("source", source.name())
                .with("consumer", consumer.name())
        };
        Ok(vec![
            gauge(
                "relay_lag_events",
                "Events after the cursor of a consumer, which it has not handled yet",
                number(status.lag),
            ),
            gauge(
                "relay_lag_seconds",
                "Age of the first event after the cursor of a consumer, 0 if there is none",
                pending,
            ),
            gauge(
                "relay_retry_queue_aggregates",
                "Aggregates with events in the retry queue",
                number(status.retrying),
            ),
            gauge(
                "relay_dead_letter_aggregates",
                "Dead-lettered aggregates, until they are replayed",
                number(status.dead_lettered),
            ),
            gauge(
                "relay_oldest_undelivered_event_seconds",
                "Age of the oldest event that a consumer has not applied, dead letters included, 0 if there is none",
                pending.max(waiting),
            ),
            gauge(
                "relay_diverged",
                "1 if the files of a source and a consumer are from different points in time, so nothing is delivered",
                f64::from(u8::from(status.divergence.is_some())),
            ),
        ])
    })
}
