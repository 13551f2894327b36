//! What the live feed tells.

use contracts::{OrderId, OrderStatus, TicketId};
use serde::Deserialize;

/// A change somewhere in the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// A ticket was listed.
    Listed,
    /// A ticket can be bought now, or not any more.
    Ticket(TicketChange),
    /// An order of the visitor's own has another status.
    Order(OrderChange),
    /// Something became of a payment for an order of the visitor's own.
    Payment(PaymentChange),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct TicketChange {
    pub(super) id: TicketId,
    pub(super) available: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct OrderChange {
    pub(super) id: OrderId,
    pub(super) status: OrderStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct PaymentChange {
    pub(super) order: OrderId,
}

impl Change {
    /// The names of the events.
    pub(super) const KINDS: [&'static str; 4] = ["listed", "ticket", "order", "payment"];

    /// Reads an event. One that this page does not know is from a newer server, and nothing to it.
    pub(super) fn read(kind: &str, data: &str) -> Option<Self> {
        match kind {
            "listed" => Some(Self::Listed),
            "ticket" => serde_json::from_str(data).ok().map(Self::Ticket),
            "order" => serde_json::from_str(data).ok().map(Self::Order),
            "payment" => serde_json::from_str(data).ok().map(Self::Payment),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn events_are_read_as_the_server_writes_them() {
        let ticket = Change::read("ticket", &format!(r#"{{"id":"{ID}","available":false}}"#));
        let id = TicketId::parse(ID).unwrap();
        assert_eq!(
            ticket,
            Some(Change::Ticket(TicketChange { id, available: false }))
        );
        let order = Change::read("order", &format!(r#"{{"id":"{ID}","status":"cancelled"}}"#));
        let id = OrderId::parse(ID).unwrap();
        let status = OrderStatus::Cancelled;
        assert_eq!(order, Some(Change::Order(OrderChange { id, status })));
        let payment = Change::read("payment", &format!(r#"{{"order":"{ID}"}}"#));
        assert_eq!(payment, Some(Change::Payment(PaymentChange { order: id })));
        assert_eq!(
            Change::read("listed", &format!(r#"{{"id":"{ID}"}}"#)),
            Some(Change::Listed)
        );
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        assert_eq!(Change::read("ticket", "{}"), None);
        assert_eq!(Change::read("order", r#"{"id":"1","status":"created"}"#), None);
        assert_eq!(Change::read("message", "hello"), None);
    }
}
