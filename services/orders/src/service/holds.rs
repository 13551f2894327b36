//! How many tickets one buyer may keep from others without paying.

use std::time::Duration;

use contracts::{Timestamp, UserId};
use event_log::Transaction;

use super::OrdersConfig;
use crate::{OrdersError, store};

/// So many holds that came to nothing within [`WINDOW`] are followed by a pause.
const WASTED: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60 * 60);
/// How long after the last of them the next reservation is accepted.
const PAUSE: Duration = Duration::from_secs(30 * 60);

/// Refuses an order that was just inserted, if its buyer has too many by now: the transaction is then rolled back. Looked at
/// last, so that a ticket that does not exist or is reserved is told first.
pub(super) async fn limit(
    tx: &mut Transaction,
    buyer: UserId,
    config: &OrdersConfig,
    now: Timestamp,
) -> Result<(), OrdersError> {
    if config.holds_per_buyer == 0 {
        return Ok(());
    }
    let until = store::too_many_until(tx.connection(), buyer, config.holds_per_buyer, now).await?;
    if let Some(until) = until {
        return Err(OrdersError::TooManyHolds(until.since(now)));
    }
    // Whoever gives up in the first half of a hold has changed their mind; later it is hardly another thing than to let it expire.
    let late_ms = i64::try_from(config.hold.as_millis() / 2).unwrap_or(i64::MAX);
    let wasted = store::wasted(tx.connection(), buyer, now.minus(WINDOW), now, late_ms, WASTED).await?;
    if wasted.len() < WASTED as usize {
        return Ok(());
    }
    match wasted.first().map(|last| last.plus(PAUSE)) {
        Some(until) if until > now => Err(OrdersError::HoldsPaused(until.since(now))),
        _ => Ok(()),
    }
}
