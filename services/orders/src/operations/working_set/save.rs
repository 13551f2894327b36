//! Saves the changes of a batch: one statement per table.

use event_log::Transaction;

use super::{Stored, WorkingSet};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::{OrderRecord, Tables};

impl WorkingSet {
    pub(super) async fn save_changes(&self, tx: &mut Transaction) -> Result<(), OrdersError> {
        let (mut released, mut updated, mut inserted) = (Vec::new(), Vec::new(), Vec::new());
        for tracked in self.orders.values() {
            let order = &tracked.order;
            match tracked.stored {
                Stored::Unchanged => {}
                Stored::New { seller } => inserted.push(OrderRecord::inserted(order, seller)),
                Stored::Changed { version } if has_no_ticket(order) => {
                    released.push(OrderRecord::updated(order, version));
                }
                Stored::Changed { version } => updated.push(OrderRecord::updated(order, version)),
            }
        }
        // A ticket is released before another order takes it: the unique index holds at every statement.
        tx.orders().save_all(&released).await?;
        tx.orders().save_all(&updated).await?;
        tx.orders().insert_all(&inserted, self.running_time_ms).await?;
        for dispute in &self.disputes {
            tx.disputes().save(dispute).await?;
        }
        tx.append_all(&self.events).await?;
        Ok(())
    }
}

fn has_no_ticket(order: &Order) -> bool {
    order.status == contracts::OrderStatus::Cancelled
}
