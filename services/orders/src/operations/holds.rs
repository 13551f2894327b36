//! The limits on a buyer's unpaid reservations.

use std::time::Duration;

use contracts::{Timestamp, UserId};

use super::OrdersConfig;
use super::working_set::{Abandoned, Keys, WorkingSet};
use crate::error::OrdersError;

/// This many abandoned holds within [`WINDOW`] are followed by a pause.
const MAX_ABANDONED: usize = 10;
const WINDOW: Duration = Duration::from_hours(1);
/// How long after the last of them the next reservation is accepted.
const PAUSE: Duration = Duration::from_mins(30);

/// The rows that the decision needs: none if there is no limit.
pub(super) fn keys(keys: &mut Keys, buyer: UserId, config: &OrdersConfig) {
    if config.holds_per_buyer > 0 {
        let abandoned = Abandoned {
            window: WINDOW,
            // Cancelling in the first half of a hold is a change of mind; later it is much the same as letting it expire.
            late: config.hold / 2,
        };
        keys.buyer(buyer, abandoned);
    }
}

/// Refuses another order, with this deadline, to a buyer who would then have too many.
pub(super) fn check(
    set: &WorkingSet,
    buyer: UserId,
    expires_at: Timestamp,
    config: &OrdersConfig,
) -> Result<(), OrdersError> {
    let Some(holds) = set.holds(buyer) else {
        return Ok(());
    };
    let (now, limit) = (
        set.now(),
        usize::try_from(config.holds_per_buyer).unwrap_or(usize::MAX),
    );
    if holds.live.len() >= limit {
        // The buyer is within the limit again when so many of these have ended that one more has a place.
        let mut deadlines: Vec<_> = holds.live.values().copied().chain([expires_at]).collect();
        deadlines.sort_unstable_by(|a, b| b.cmp(a));
        let until = deadlines.get(limit).copied().unwrap_or(now);
        return Err(OrdersError::TooManyHolds(until.since(now)));
    }
    if holds.abandoned.len() < MAX_ABANDONED {
        return Ok(());
    }
    match holds.abandoned.iter().max().map(|last| last.plus(PAUSE)) {
        Some(until) if until > now => Err(OrdersError::HoldsPaused(until.since(now))),
        _ => Ok(()),
    }
}
