//! Expiring orders.

use std::time::Duration;

use event_log::{Transaction, WorkingSet as _};

use super::working_set::WorkingSet;
use super::{millis, publish};
use crate::error::OrdersError;
use crate::store::Tables;

/// By the age of the database and not by the clock: an expired order stays expired.
pub(super) async fn expire_due(
    tx: &mut Transaction,
    grace_period: Duration,
    delay: Duration,
    limit: u32,
) -> Result<usize, OrdersError> {
    let running_time_ms = tx.running_time_ms().saturating_sub(millis(delay));
    let mut due = tx.orders().expired(running_time_ms, limit).await?;
    let expired_by = running_time_ms.saturating_sub(millis(grace_period));
    due.extend(tx.orders().expired_with_open_payment(expired_by, limit).await?);
    let mut set = WorkingSet::of(tx, due.clone());
    let now = set.now();
    let count = due.len();
    for order in due {
        let order = order.expired(now)?;
        publish::cancelled(&mut set, &order)?;
        set.update(order);
    }
    set.save(tx).await?;
    Ok(count)
}
