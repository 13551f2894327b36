//! The limits on a buyer's unpaid reservations.

use std::time::Duration;

use contracts::{Timestamp, UserId};
use event_log::Transaction;

use super::OrdersConfig;
use crate::error::OrdersError;
use crate::store::Tables;

/// This many abandoned holds within [`WINDOW`] are followed by a pause.
const MAX_ABANDONED: u32 = 10;
const WINDOW: Duration = Duration::from_hours(1);
/// How long after the last of them the next reservation is accepted.
const PAUSE: Duration = Duration::from_mins(30);

/// Refuses an order that was just inserted, if its buyer now has too many: the transaction is then rolled back. Checked
/// last, so that a ticket that does not exist or is reserved is reported first.
pub(super) async fn limit(
    tx: &mut Transaction,
    buyer: UserId,
    config: &OrdersConfig,
    now: Timestamp,
) -> Result<(), OrdersError> {
    if config.holds_per_buyer == 0 {
        return Ok(());
    }
    let until = tx
        .orders()
        .over_limit_until(buyer, config.holds_per_buyer, now)
        .await?;
    if let Some(until) = until {
        return Err(OrdersError::TooManyHolds(until.since(now)));
    }
    // Cancelling in the first half of a hold is a change of mind; later it is much the same as letting it expire.
    let late_ms = i64::try_from(config.hold.as_millis() / 2).unwrap_or(i64::MAX);
    let abandoned_holds = tx
        .orders()
        .abandoned_holds(buyer, now.minus(WINDOW), now, late_ms, MAX_ABANDONED)
        .await?;
    if abandoned_holds.len() < MAX_ABANDONED as usize {
        return Ok(());
    }
    match abandoned_holds.first().map(|last| last.plus(PAUSE)) {
        Some(until) if until > now => Err(OrdersError::HoldsPaused(until.since(now))),
        _ => Ok(()),
    }
}
