//! Expiring orders.

use std::time::Duration;

use contracts::Timestamp;
use event_log::Transaction;

use super::publish;
use crate::{OrdersError, store};

/// By the age of the database and not by the clock: an expired order stays expired.
pub(super) async fn expire_due(
    tx: &mut Transaction,
    grace_period: Duration,
    limit: u32,
) -> Result<usize, OrdersError> {
    let (now, age_ms) = (Timestamp::from_millis(tx.now_ms()), tx.age_ms());
    let grace_period_ms = i64::try_from(grace_period.as_millis()).unwrap_or(i64::MAX);
    let mut orders = store::expired(tx.connection(), age_ms, limit).await?;
    let expired_by = age_ms.saturating_sub(grace_period_ms);
    orders.extend(store::expired_with_open_payment(tx.connection(), expired_by, limit).await?);
    let count = orders.len();
    for order in orders {
        let order = order.expired(now)?;
        store::save(tx.connection(), &order).await?;
        publish::cancelled(tx, &order).await?;
    }
    Ok(count)
}
