//! The worker that asks the provider about what is open.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Payments, PaymentsError};

/// The longest sleep: money that must go back is written down by a reaction to an event, which wakes nobody.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// The pause after a failure of the database.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Asks the provider about open payments as their time comes, until `stop` is cancelled. What is being asked then is
/// concluded first.
pub async fn reconcile_open(payments: Payments, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let sleep = match ask_and_sleep(&payments).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "open payments could not be settled; trying again");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

async fn ask_and_sleep(payments: &Payments) -> Result<Duration, PaymentsError> {
    if payments.reconcile().await? > 0 {
        return Ok(Duration::ZERO);
    }
    let next = payments.next_question().await?;
    Ok(next.map_or(LONGEST_SLEEP, |next| {
        next.since(payments.now()).min(LONGEST_SLEEP)
    }))
}
