//! The worker that records the expiry of orders.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::OrdersError;
use crate::service::Orders;

/// Orders expired per write. Other writers get their turn between two batches.
const BATCH: u32 = 100;

/// The longest sleep. The clock may jump meanwhile, and a commit of another process does not wake this one.
const MAX_SLEEP: Duration = Duration::from_secs(10);

/// The delay after a database error.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Records that orders have expired as their deadlines pass, until `stop` is cancelled.
///
/// It sleeps until the next deadline, and wakes up on every commit, which may have created an earlier one. Nothing depends on
/// it: an order past its deadline holds nothing and reads as cancelled, recorded or not. The worker records and publishes it, so
/// that the other services catch up. It goes by time that has certainly passed: a clock that is ahead for a moment expires no
/// order, and an order whose deadline was set by such a clock expires in time.
pub async fn run_expiry_worker(orders: Orders, stop: CancellationToken) {
    let mut commits = orders.database().watch();
    while !stop.is_cancelled() {
        // Marked as seen before the query, so that a later commit ends the sleep below.
        commits.mark_unchanged();
        let sleep = match expire_due_orders(&orders).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "expired orders could not be closed; trying again");
                RETRY_DELAY
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(sleep) => {}
            Ok(()) = commits.changed() => {}
        }
    }
}

/// Expires what is due, and returns how long to sleep.
async fn expire_due_orders(orders: &Orders) -> Result<Duration, OrdersError> {
    let Some(deadline) = orders.next_deadline().await? else {
        return Ok(MAX_SLEEP);
    };
    let now = orders.now();
    if deadline > now {
        return Ok(deadline.since(now).min(MAX_SLEEP));
    }
    let expired = orders.expire_due(BATCH).await?;
    tracing::debug!(orders = expired, "closed expired orders");
    Ok(Duration::ZERO)
}
