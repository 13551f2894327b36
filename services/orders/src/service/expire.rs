//! Closing what has run out.

use std::time::Duration;

use contracts::Timestamp;
use event_log::Transaction;

use super::announce;
use crate::{OrdersError, store};

/// By the age of the database and not by the clock: what is closed here stays closed.
pub(super) async fn close_run_out(
    tx: &mut Transaction,
    patience: Duration,
    limit: u32,
) -> Result<usize, OrdersError> {
    let (now, age_ms) = (Timestamp::from_millis(tx.now_ms()), tx.age_ms());
    let patience_ms = i64::try_from(patience.as_millis()).unwrap_or(i64::MAX);
    let mut orders = store::run_out(tx.connection(), age_ms, limit).await?;
    let given_up_by = age_ms.saturating_sub(patience_ms);
    orders.extend(store::run_out_while_being_paid(tx.connection(), given_up_by, limit).await?);
    let count = orders.len();
    for order in orders {
        let order = order.expired(now)?;
        store::save(tx.connection(), &order).await?;
        announce::cancelled(tx, &order).await?;
    }
    Ok(count)
}
