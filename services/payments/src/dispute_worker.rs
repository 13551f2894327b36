//! The worker that asks the provider about open disputes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Payments;

/// Between two looks at whether it is time. Disputes take weeks.
const PAUSE: Duration = Duration::from_secs(60);

/// Asks the provider about open disputes as their time comes, until `stop` is cancelled.
pub(crate) async fn reconcile_open_disputes(payments: Payments, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = payments.reconcile_disputes().await {
            tracing::error!(%error, "open disputes cannot be looked at; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
