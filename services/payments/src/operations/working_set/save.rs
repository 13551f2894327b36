//! Saves the changes of a batch: one statement per table.

use contracts::PaymentStatus;
use event_log::Transaction;

use super::{Stored, WorkingSet};
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::metrics::RefundFailed;
use crate::operations::dispute::CHECK_INTERVAL;
use crate::store::{PaymentRecord, Tables};

impl WorkingSet {
    pub(super) async fn save_changes(&self, tx: &mut Transaction) -> Result<(), PaymentsError> {
        let orders = self.changed_orders.iter().filter_map(|id| self.orders.get(id));
        let orders: Vec<_> = orders.collect();
        tx.orders().save_all(&orders).await?;
        tx.announce(self.changed_orders.iter().copied());
        self.save_payments(tx).await?;
        tx.payments()
            .save_rejected_refunds(&self.rejected_refunds)
            .await?;
        tx.inbox().insert_all(&self.received, self.now).await?;
        let next_check_at = self.now.plus(CHECK_INTERVAL);
        let disputes = self.changed_disputes.iter();
        let disputes: Vec<_> = disputes.filter_map(|id| self.disputes.get(id)).collect();
        tx.disputes().save_all(&disputes, next_check_at).await?;
        tx.disputes().postpone_all(&self.postponed, next_check_at).await?;
        tx.append_all(&self.events).await?;
        for _ in 0..self.failed_refunds {
            tx.count(&RefundFailed);
        }
        Ok(())
    }

    async fn save_payments(&self, tx: &mut Transaction) -> Result<(), PaymentsError> {
        let (mut vacating, mut updated, mut inserted) = (Vec::new(), Vec::new(), Vec::new());
        for tracked in self.payments.values() {
            let current = &tracked.current;
            match tracked.stored {
                Stored::Unchanged => {}
                Stored::New => inserted.push(PaymentRecord::of(current, None)),
                Stored::Changed { revision } if has_no_place(&current.payment) => {
                    vacating.push(PaymentRecord::of(current, Some(revision)));
                }
                Stored::Changed { revision } => updated.push(PaymentRecord::of(current, Some(revision))),
            }
        }
        // The place of an order's open or successful payment is vacated before another one takes it: the unique indexes hold at every
        // statement.
        tx.payments().save_all(&vacating).await?;
        tx.payments().save_all(&updated).await?;
        tx.payments().insert_all(&inserted).await
    }
}

/// Whether no unique index is about the payment.
fn has_no_place(payment: &Payment) -> bool {
    !payment.status.is_open() && payment.status != PaymentStatus::Succeeded
}
