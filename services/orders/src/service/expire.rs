//! Closing what has run out.

use std::time::Duration;

use contracts::Timestamp;
use event_log::Transaction;

use super::cancel::close;
use crate::{OrdersError, store};

pub(super) async fn close_run_out(
    tx: &mut Transaction,
    patience: Duration,
    limit: u32,
) -> Result<usize, OrdersError> {
    let now = Timestamp::from_millis(tx.now_ms());
    let mut orders = store::run_out(tx.connection(), now, limit).await?;
    orders.extend(store::run_out_while_being_paid(tx.connection(), now.minus(patience), limit).await?);
    let count = orders.len();
    for order in orders {
        close(tx, order, now).await?;
    }
    Ok(count)
}
