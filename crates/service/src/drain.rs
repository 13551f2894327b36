//! Delivery of the remaining events when the process stops.

use std::time::Duration;

use event_log::Relay;

use crate::{RelayReport, Runtime};

impl Runtime {
    /// Delivers every event that can be delivered, so that the files of a stopped server agree with each other. The relays must
    /// have been stopped, and nothing else may be writing. Events that stay undelivered, also those in a retry queue, are logged.
    pub async fn deliver_remaining(&self, limit: Duration) {
        let delivered = tokio::time::timeout(limit, deliver_pending(&self.relays())).await;
        if delivered.is_err() {
            tracing::warn!(limit_s = limit.as_secs(), "timed out delivering remaining events");
        }
        for RelayReport {
            source,
            consumer,
            status,
        } in self.relay_reports().await
        {
            match status {
                Ok(status) if (status.lag, status.retrying, status.dead_lettered) == (0, 0, 0) => {}
                Ok(status) => tracing::warn!(
                    relay.source = source,
                    relay.consumer = consumer,
                    relay.lag = status.lag,
                    relay.retrying = status.retrying,
                    relay.dead_lettered = status.dead_lettered,
                    "undelivered events remain; delivery resumes at the next start"
                ),
                Err(error) => tracing::warn!(
                    relay.source = source,
                    relay.consumer = consumer,
                    %error,
                    "could not determine whether events remain undelivered"
                ),
            }
        }
    }
}

/// Makes passes until nothing is pending: an event delivered by one relay may cause one for another. A failing relay is skipped
/// from then on.
async fn deliver_pending(relays: &[Relay]) {
    let mut working: Vec<&Relay> = relays.iter().collect();
    loop {
        let mut moved = 0;
        let mut failed = Vec::new();
        for (index, relay) in working.iter().enumerate() {
            match relay.deliver_pending().await {
                Ok(events) => moved += events,
                Err(error) => {
                    tracing::warn!(?relay, %error, "a relay failed while the server was stopping");
                    failed.push(index);
                }
            }
        }
        for index in failed.into_iter().rev() {
            working.remove(index);
        }
        if moved == 0 {
            return;
        }
    }
}
