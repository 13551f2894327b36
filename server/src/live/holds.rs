//! Active holds. An expiry is a change without an event.

use std::collections::{BTreeSet, HashMap};

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use contracts::{CancelReason, OrderId, OrderStatus, TicketId, Timestamp, UserId};

use super::Change;

#[derive(Debug, Clone, Copy)]
struct Hold {
    ticket: TicketId,
    buyer: UserId,
    until: Timestamp,
}

/// The active holds, ordered by their deadlines.
#[derive(Debug, Default)]
pub(super) struct Holds {
    by_order: HashMap<OrderId, Hold>,
    by_deadline: BTreeSet<(Timestamp, OrderId)>,
}

impl Holds {
    /// Adds a reservation.
    pub(super) fn reserved(&mut self, event: &OrderCreated) -> Change {
        self.insert(event.id, event.ticket.id, event.user_id, event.expires_at);
        Change::Order {
            id: event.id,
            buyer: event.user_id,
            status: event.status,
        }
    }

    /// Records that a buyer pays: the hold is extended, or permanent.
    pub(super) fn updated(&mut self, event: &OrderUpdated) -> Change {
        self.remove(event.id);
        if event.status != OrderStatus::Complete {
            self.insert(event.id, event.ticket.id, event.user_id, event.expires_at);
        }
        Change::Order {
            id: event.id,
            buyer: event.user_id,
            status: event.status,
        }
    }

    /// Records a cancellation; nothing for an order whose deadline was published already.
    pub(super) fn cancelled(&mut self, event: &OrderCancelled) -> Option<Change> {
        let hold = self.remove(event.id);
        let already_published = hold.is_none() && event.reason == CancelReason::Expired;
        let buyer = event.user_id.or(hold.map(|hold| hold.buyer));
        buyer.filter(|_| !already_published).map(|buyer| Change::Order {
            id: event.id,
            buyer,
            status: OrderStatus::Cancelled,
        })
    }

    /// The next deadline.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        self.by_deadline.first().map(|(until, _)| *until)
    }

    /// Ends the expired holds: each change with its deadline.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<(Timestamp, Change)> {
        let mut changes = Vec::new();
        while let Some((until, id)) = self.by_deadline.first().copied()
            && until <= now
        {
            let Some(hold) = self.remove(id) else { break };
            let order = Change::Order {
                id,
                buyer: hold.buyer,
                status: OrderStatus::Cancelled,
            };
            let ticket = Change::Ticket {
                id: hold.ticket,
                is_available: true,
            };
            changes.extend([(until, order), (until, ticket)]);
        }
        changes
    }

    fn insert(&mut self, id: OrderId, ticket: TicketId, buyer: UserId, until: Timestamp) {
        let hold = Hold { ticket, buyer, until };
        self.by_order.insert(id, hold);
        self.by_deadline.insert((until, id));
    }

    fn remove(&mut self, id: OrderId) -> Option<Hold> {
        let hold = self.by_order.remove(&id)?;
        self.by_deadline.remove(&(hold.until, id));
        Some(hold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Price;
    use contracts::events::{ReservedTicket, TicketRef};

    fn id(last: u8) -> String {
        format!("01890a5d-ac96-774b-bcce-b302099a80{last:02x}")
    }

    fn reservation(order: u8, until: i64) -> OrderCreated {
        OrderCreated {
            id: OrderId::parse(&id(order)).unwrap(),
            version: 0,
            status: OrderStatus::Created,
            user_id: UserId::parse(&id(0xaa)).unwrap(),
            expires_at: Timestamp::from_millis(until),
            ticket: ReservedTicket {
                id: TicketId::parse(&id(order + 100)).unwrap(),
                price: Price::MIN,
                version: 0,
            },
        }
    }

    fn cancellation(of: &OrderCreated) -> OrderCancelled {
        OrderCancelled {
            id: of.id,
            version: 1,
            reason: CancelReason::User,
            user_id: None,
            ticket: TicketRef { id: of.ticket.id },
        }
    }

    #[test]
    fn holds_expire_in_the_order_of_their_deadlines() {
        let mut holds = Holds::default();
        let (late, early) = (reservation(1, 2_000), reservation(2, 1_000));
        holds.reserved(&late);
        holds.reserved(&early);
        assert_eq!(holds.next_deadline(), Some(Timestamp::from_millis(1_000)));
        assert_eq!(holds.expire(Timestamp::from_millis(999)), []);
        let changes = holds.expire(Timestamp::from_millis(1_000));
        assert_eq!(changes.len(), 2);
        let freed = Change::Ticket {
            id: early.ticket.id,
            is_available: true,
        };
        assert_eq!(changes[1], (early.expires_at, freed));
        assert_eq!(holds.next_deadline(), Some(Timestamp::from_millis(2_000)));
    }

    #[test]
    fn cancelled_hold_never_expires() {
        let mut holds = Holds::default();
        let reserved = reservation(1, 1_000);
        holds.reserved(&reserved);
        assert!(holds.cancelled(&cancellation(&reserved)).is_some());
        assert_eq!(holds.expire(Timestamp::from_millis(5_000)), []);
        assert_eq!(
            holds.cancelled(&cancellation(&reserved)),
            None,
            "a repeated cancellation is no change"
        );
    }
}
