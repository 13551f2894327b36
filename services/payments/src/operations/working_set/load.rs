//! Loading a working set: a statement per table.

use std::collections::{HashMap, HashSet};

use contracts::Timestamp;
use event_log::Transaction;

use super::{Keys, Stored, Tracked, WorkingSet};
use crate::error::PaymentsError;
use crate::store::{StoredPayment, Tables};

impl WorkingSet {
    pub(super) async fn of_keys(tx: &mut Transaction, keys: Keys) -> Result<Self, PaymentsError> {
        let mut set = Self::empty(tx);
        if !keys.orders.is_empty() || !keys.orders_of.is_empty() {
            let orders = tx.orders().find_all(&keys.orders, &keys.orders_of).await?;
            set.orders = orders.into_iter().map(|order| (order.id, order)).collect();
        }
        if !keys.payments.is_empty() || !keys.payments_of.is_empty() {
            let payments = tx.payments().find_all(&keys.payments_of, &keys.payments).await?;
            set.track(payments);
        }
        if !keys.events.is_empty() {
            set.inbox = tx.inbox().known(&keys.events).await?.into_iter().collect();
        }
        if !keys.disputes.is_empty() {
            let disputes = tx.disputes().find_all(&keys.disputes).await?;
            let disputes = disputes.into_iter().map(|dispute| (dispute.id.clone(), dispute));
            set.disputes = disputes.collect();
        }
        Ok(set)
    }

    fn empty(tx: &Transaction) -> Self {
        Self {
            now: Timestamp::from_millis(tx.now_ms()),
            running_time_ms: tx.running_time_ms(),
            ids: tx.ids().clone(),
            orders: HashMap::default(),
            changed_orders: HashSet::default(),
            payments: HashMap::default(),
            of_order: HashMap::default(),
            inbox: HashSet::default(),
            received: Vec::new(),
            disputes: HashMap::default(),
            changed_disputes: HashSet::default(),
            postponed: Vec::new(),
            rejected_refunds: Vec::new(),
            failed_refunds: 0,
            events: Vec::new(),
        }
    }

    /// Takes up payments, the oldest first.
    fn track(&mut self, payments: Vec<StoredPayment>) {
        for current in payments {
            let (id, order) = (current.payment.id, current.payment.order);
            let stored = Stored::Unchanged;
            self.of_order.entry(order).or_default().push(id);
            self.payments.insert(id, Tracked { current, stored });
        }
    }
}
