//! Loading a working set: a statement per table.

use std::collections::{HashMap, HashSet};

use contracts::Timestamp;
use event_log::Transaction;

use super::{Keys, Stored, Tracked, WorkingSet};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::Tables;

impl WorkingSet {
    pub(super) async fn of_keys(tx: &mut Transaction, mut keys: Keys) -> Result<Self, OrdersError> {
        let mut set = Self::empty(tx);
        if !keys.orders.is_empty() {
            let orders = tx.orders().find_all(&keys.orders).await?;
            set.track(orders);
        }
        let with_ticket = keys.with_ticket.iter().filter_map(|id| set.order(*id));
        keys.tickets.extend(with_ticket.map(|order| order.ticket.id));
        if !keys.tickets.is_empty() {
            let tickets = tx.tickets().find_all(&keys.tickets).await?;
            set.tickets = tickets.into_iter().map(|ticket| (ticket.id, ticket)).collect();
            let holders = tx.orders().holders(&keys.tickets).await?;
            set.holders = holders.iter().map(|order| (order.ticket.id, order.id)).collect();
            set.track(holders);
        }
        if !keys.buyers.is_empty() {
            set.load_holds(tx, &keys).await?;
        }
        if !keys.refunds.is_empty() {
            let barred = tx.disputes().refund_barred(&keys.refunds).await?;
            set.refund_barred = barred.into_iter().collect();
        }
        Ok(set)
    }

    /// A working set of orders that were loaded otherwise.
    pub(crate) fn of(tx: &Transaction, orders: Vec<Order>) -> Self {
        let mut set = Self::empty(tx);
        set.track(orders);
        set
    }

    fn empty(tx: &Transaction) -> Self {
        Self {
            now: Timestamp::from_millis(tx.now_ms()),
            running_time_ms: tx.running_time_ms(),
            ids: tx.ids().clone(),
            orders: HashMap::default(),
            holders: HashMap::default(),
            tickets: HashMap::default(),
            buyers: HashMap::default(),
            refund_barred: HashSet::default(),
            disputes: Vec::new(),
            events: Vec::new(),
        }
    }

    fn track(&mut self, orders: Vec<Order>) {
        for order in orders {
            let stored = Stored::Unchanged;
            self.orders.entry(order.id).or_insert(Tracked { order, stored });
        }
    }

    async fn load_holds(&mut self, tx: &mut Transaction, keys: &Keys) -> Result<(), OrdersError> {
        for buyer in &keys.buyers {
            self.buyers.entry(*buyer).or_default();
        }
        for hold in tx.orders().live_holds(&keys.buyers, self.now).await? {
            let holds = self.buyers.entry(hold.buyer).or_default();
            holds.live.insert(hold.order, hold.expires_at);
        }
        let (since, late_ms) = (self.now.minus(keys.abandoned.window), keys.abandoned.late_ms());
        let abandoned = tx
            .orders()
            .abandoned_holds(&keys.buyers, since, self.now, late_ms)
            .await?;
        for hold in abandoned {
            let holds = self.buyers.entry(hold.buyer).or_default();
            holds.abandoned.push(hold.ended_at);
        }
        Ok(())
    }
}
