//! The worker that closes orders when their time has passed.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Orders, OrdersError};

/// Orders closed in one write. Other writers get their turn between two batches.
const BATCH: u32 = 100;

/// The longest sleep. The machine's clock may jump while the worker sleeps, and a commit of another process wakes nobody
/// here: after this time it looks again.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);

/// The pause after a failure of the database.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Closes orders as their deadlines pass, until `stop` is cancelled.
///
/// It sleeps until the next deadline, and looks again whenever something is committed, for that may have made an earlier
/// one. Nothing depends on it: an order past its deadline holds nothing and reads as cancelled, whether or not it was
/// closed. The worker writes it down and tells the other services, so that what they show becomes true by itself. It waits for
/// time that has certainly passed: an order that the clock of a moment calls late is not closed for it, and one whose deadline
/// is of a clock that was ahead is.
pub async fn close_expired(orders: Orders, stop: CancellationToken) {
    let mut commits = orders.database().watch();
    while !stop.is_cancelled() {
        // Marked as seen before the look, so that a commit after it ends the sleep below.
        commits.mark_unchanged();
        let sleep = match tidy_up(&orders).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::error!(%error, "orders that have run out could not be closed; trying again");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(sleep) => {}
            Ok(()) = commits.changed() => {}
        }
    }
}

/// Closes everything that is due, and gives how long there is nothing to do.
async fn tidy_up(orders: &Orders) -> Result<Duration, OrdersError> {
    let Some(deadline) = orders.next_deadline().await? else {
        return Ok(LONGEST_SLEEP);
    };
    let now = orders.now();
    if deadline > now {
        return Ok(deadline.since(now).min(LONGEST_SLEEP));
    }
    let closed = orders.close_run_out(BATCH).await?;
    tracing::debug!(orders = closed, "closed orders that had run out");
    Ok(Duration::ZERO)
}
