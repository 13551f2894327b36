//! The worker that checks open disputes with the provider.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::Payments;

/// How often due disputes are looked for. Disputes take weeks.
const INTERVAL: Duration = Duration::from_secs(60);

/// Checks open disputes as they become due, until `stop` is cancelled.
pub async fn reconcile_open_disputes(payments: Payments, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = payments.reconcile_disputes().await {
            tracing::error!(%error, "open disputes could not be checked; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
