//! The worker that records the expiry of orders.

use std::time::Duration;

use service::Worker;

use crate::error::OrdersError;
use crate::operations::Orders;

/// The name of the worker that closes orders as their deadlines pass.
pub const EXPIRY_WORKER: &str = "expiry";

/// Orders expired per write. Other writers get their turn between two batches.
const BATCH: u32 = 100;

/// The longest sleep. The clock may jump in the meantime, and a commit of another process does not wake this one.
const MAX_SLEEP: Duration = Duration::from_secs(10);

/// The worker that records that orders have expired as their deadlines pass.
///
/// It sleeps until the next deadline, and wakes up on every commit, which may have created an earlier one. Nothing depends on
/// it: an order past its deadline holds nothing and reads as cancelled, recorded or not. The worker records and publishes it, so
/// that the other services catch up. It goes by time that has certainly passed: a clock that is ahead for a moment expires no
/// order, and an order whose deadline was set by such a clock expires in time.
#[must_use]
pub fn expiry_worker(orders: &Orders) -> Worker {
    let (events, orders) = (orders.events(), orders.clone());
    Worker::repeating_on_commits(EXPIRY_WORKER, events, move || expire_due_orders(orders.clone()))
}

/// Closes the expired orders, and returns how long to sleep.
async fn expire_due_orders(orders: Orders) -> Result<Duration, OrdersError> {
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
