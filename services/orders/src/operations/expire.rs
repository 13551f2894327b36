//! Expiring orders.

use std::time::Duration;

use contracts::Timestamp;
use event_log::Transaction;

use super::publish;
use crate::error::OrdersError;
use crate::store::Tables;

/// By the age of the database and not by the clock: an expired order stays expired.
pub(super) async fn expire_due(
    tx: &mut Transaction,
    grace_period: Duration,
    limit: u32,
) -> Result<usize, OrdersError> {
    let (now, age_ms) = (Timestamp::from_millis(tx.now_ms()), tx.age_ms());
    let grace_period_ms = i64::try_from(grace_period.as_millis()).unwrap_or(i64::MAX);
    let mut orders = tx.orders().expired(age_ms, limit).await?;
    let expired_by = age_ms.saturating_sub(grace_period_ms);
    orders.extend(tx.orders().expired_with_open_payment(expired_by, limit).await?);
    let count = orders.len();
    for order in orders {
        let order = order.expired(now)?;
        tx.orders().save(&order).await?;
        publish::cancelled(tx, &order).await?;
    }
    Ok(count)
}
