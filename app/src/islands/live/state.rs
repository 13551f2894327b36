//! A page about one thing, loaded anew when that thing changes.

use contracts::{OrderId, OrderStatus, TicketId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::feed;
use crate::islands::browser;

/// What the page is about, as it shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watched {
    /// A ticket.
    Ticket {
        /// The ticket.
        id: TicketId,
        /// Whether the page offers it for sale.
        is_available: bool,
    },
    /// An order.
    Order {
        /// The order.
        id: OrderId,
        /// The status that the page shows.
        status: OrderStatus,
    },
}

/// What a change is to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nothing.
    None,
    /// It is about the same thing, and what the page shows of it may be no longer true.
    Perhaps,
    /// The page is no longer true.
    Outdated,
}

impl Watched {
    fn meaning_of(self, change: Change) -> Meaning {
        let (is_same, is_different) = match (self, change) {
            (Self::Ticket { id, is_available }, Change::Ticket(ticket)) => {
                (ticket.id == id, ticket.available != is_available)
            }
            (Self::Order { id, status }, Change::Order(order)) => (order.id == id, order.status != status),
            (Self::Order { id, .. }, Change::Payment(payment)) => (payment.order == id, false),
            _ => (false, false),
        };
        match (is_same, is_different) {
            (false, _) => Meaning::None,
            (true, false) => Meaning::Perhaps,
            (true, true) => Meaning::Outdated,
        }
    }
}

/// Loads the page anew when what it shows has changed.
#[island]
pub fn LiveState(
    /// What the page shows.
    watched: Watched,
    /// A text that stands in the page for what it shows.
    marker: String,
    /// Whether it is about to change, perhaps before the page listens.
    is_passing: bool,
) -> impl IntoView {
    Effect::new(move || {
        let marker = marker.clone();
        let look = move || feed::if_outdated(marker.clone(), browser::reload);
        let look_again = look.clone();
        let on_change = move |change| match watched.meaning_of(change) {
            Meaning::None => {}
            Meaning::Perhaps => look(),
            Meaning::Outdated => browser::reload(),
        };
        feed::follow(is_passing, on_change, look_again);
    });
}

#[cfg(test)]
mod tests {
    use super::super::change::{OrderChange, PaymentChange, TicketChange};
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

    #[test]
    fn a_ticket_page_follows_its_ticket_only() {
        let watched = Watched::Ticket {
            id: TicketId::parse(ID).unwrap(),
            is_available: true,
        };
        let change = |id, available| {
            Change::Ticket(TicketChange {
                id: TicketId::parse(id).unwrap(),
                available,
            })
        };
        assert_eq!(watched.meaning_of(change(ID, false)), Meaning::Outdated);
        assert_eq!(watched.meaning_of(change(ID, true)), Meaning::Perhaps);
        assert_eq!(watched.meaning_of(change(OTHER, false)), Meaning::None);
        assert_eq!(watched.meaning_of(Change::Listed), Meaning::None);
    }

    #[test]
    fn an_order_page_follows_its_order_and_its_payments_only() {
        let watched = Watched::Order {
            id: OrderId::parse(ID).unwrap(),
            status: OrderStatus::Created,
        };
        let change = |id, status| {
            Change::Order(OrderChange {
                id: OrderId::parse(id).unwrap(),
                status,
            })
        };
        let payment = |order| {
            Change::Payment(PaymentChange {
                order: OrderId::parse(order).unwrap(),
            })
        };
        assert_eq!(
            watched.meaning_of(change(ID, OrderStatus::Cancelled)),
            Meaning::Outdated
        );
        assert_eq!(
            watched.meaning_of(change(ID, OrderStatus::Created)),
            Meaning::Perhaps
        );
        assert_eq!(
            watched.meaning_of(change(OTHER, OrderStatus::Cancelled)),
            Meaning::None
        );
        assert_eq!(watched.meaning_of(payment(ID)), Meaning::Perhaps);
        assert_eq!(watched.meaning_of(payment(OTHER)), Meaning::None);
    }
}
