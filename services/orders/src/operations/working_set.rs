//! The rows of a batch: loaded once, changed in memory in the order of the requests, saved once.

mod keys;
mod load;
mod save;

use std::collections::{HashMap, HashSet};

use contracts::events::DomainEvent;
use contracts::{OrderId, OrderStatus, TicketId, Timestamp, UserId};
use event_log::{IdSource, NewEvent, Transaction};

pub(crate) use keys::{Abandoned, Keys};

use crate::domain::Order;
use crate::error::OrdersError;
use crate::store::{OrderDispute, ReplicatedTicket};

/// The rows that the requests of a batch need, and what they change.
///
/// The rules of the operations decide on it, one request at a time, and do not touch the database: what an earlier request of the
/// batch has decided is in it already. A request that is refused must have changed nothing in it.
pub(crate) struct WorkingSet {
    /// The instant of the transaction.
    now: Timestamp,
    /// The age of the database, in milliseconds: time that has certainly passed.
    running_time_ms: i64,
    ids: IdSource,
    orders: HashMap<OrderId, Tracked>,
    /// The live order of each ticket, which may have expired.
    holders: HashMap<TicketId, OrderId>,
    tickets: HashMap<TicketId, ReplicatedTicket>,
    buyers: HashMap<UserId, Holds>,
    /// Orders whose refund a dispute prevents.
    refund_barred: HashSet<OrderId>,
    disputes: Vec<OrderDispute>,
    events: Vec<NewEvent>,
}

/// An order, and how it is stored.
struct Tracked {
    order: Order,
    stored: Stored,
}

impl event_log::WorkingSet for WorkingSet {
    type Keys = Keys;
    type Error = OrdersError;

    async fn load(tx: &mut Transaction, keys: Keys) -> Result<Self, OrdersError> {
        Self::of_keys(tx, keys).await
    }

    async fn save(self, tx: &mut Transaction) -> Result<(), OrdersError> {
        self.save_changes(tx).await
    }
}

/// How an order is stored.
#[derive(Clone, Copy)]
enum Stored {
    /// As it is.
    Unchanged,
    /// With this version; it has changed since.
    Changed { version: i64 },
    /// Not yet; its ticket's seller is this one.
    New { seller: UserId },
}

/// The unpaid orders of a buyer.
#[derive(Default)]
pub(crate) struct Holds {
    /// Those that hold their tickets, with their deadlines.
    pub(crate) live: HashMap<OrderId, Timestamp>,
    /// When holds that the buyer abandoned ended.
    pub(crate) abandoned: Vec<Timestamp>,
}

impl WorkingSet {
    /// The instant of the transaction.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// An id for a new order.
    pub(crate) fn next_order_id(&self) -> OrderId {
        OrderId::from_uuid(self.ids.next())
    }

    /// An order, in its current state.
    pub(crate) fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id).map(|tracked| &tracked.order)
    }

    /// The order that has a ticket, or had it until its deadline and has not been closed yet.
    pub(crate) fn live_order_of_ticket(&self, ticket: TicketId) -> Option<&Order> {
        self.holders.get(&ticket).and_then(|id| self.order(*id))
    }

    /// A ticket, as this service knows it to be offered.
    pub(crate) fn ticket(&self, id: TicketId) -> Option<&ReplicatedTicket> {
        self.tickets.get(&id)
    }

    /// The unpaid orders of a buyer; `None` if they were not loaded.
    pub(crate) fn holds(&self, buyer: UserId) -> Option<&Holds> {
        self.buyers.get(&buyer)
    }

    /// Whether a dispute prevents the refund of an order.
    pub(crate) fn is_refund_blocked(&self, order: OrderId) -> bool {
        self.refund_barred.contains(&order)
    }

    /// Adds an order that was reserved just now from this seller.
    pub(crate) fn insert(&mut self, order: Order, seller: UserId) {
        if let Some(holds) = self.buyers.get_mut(&order.buyer) {
            holds.live.insert(order.id, order.expires_at);
        }
        self.holders.insert(order.ticket.id, order.id);
        let stored = Stored::New { seller };
        self.orders.insert(order.id, Tracked { order, stored });
    }

    /// Replaces an order by its new state.
    pub(crate) fn update(&mut self, order: Order) {
        let is_live = order.status != OrderStatus::Cancelled;
        if is_live {
            self.holders.insert(order.ticket.id, order.id);
        } else if self.holders.get(&order.ticket.id) == Some(&order.id) {
            self.holders.remove(&order.ticket.id);
        }
        if let Some(holds) = self.buyers.get_mut(&order.buyer)
            && (!is_live || order.purchase.is_some())
        {
            holds.live.remove(&order.id);
        }
        let Some(tracked) = self.orders.get_mut(&order.id) else {
            return;
        };
        if matches!(tracked.stored, Stored::Unchanged) {
            tracked.stored = Stored::Changed {
                version: tracked.order.version,
            };
        }
        tracked.order = order;
    }

    /// Adds or replaces a dispute.
    pub(crate) fn save_dispute(&mut self, dispute: OrderDispute) {
        self.disputes.push(dispute);
    }

    /// Publishes an event of an order, with the order's current version.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub(crate) fn publish<E>(&mut self, order: &Order, event: E) -> Result<(), OrdersError>
    where
        E: DomainEvent + Send + Sync,
    {
        let event = NewEvent::new(E::SUBJECT, &order.id.to_string(), order.version, event)?;
        self.events.push(event);
        Ok(())
    }
}
