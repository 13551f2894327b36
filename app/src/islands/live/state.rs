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

impl Watched {
    /// Whether the page is no longer true after a change.
    fn is_changed_by(self, change: Change) -> bool {
        match (self, change) {
            (Self::Ticket { id, is_available }, Change::Ticket(ticket)) => {
                ticket.id == id && ticket.available != is_available
            }
            (Self::Order { id, status }, Change::Order(order)) => order.id == id && order.status != status,
            _ => false,
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
) -> impl IntoView {
    Effect::new(move || {
        let marker = marker.clone();
        let on_change = move |change| {
            if watched.is_changed_by(change) {
                browser::reload();
            }
        };
        feed::follow(on_change, move || {
            feed::if_outdated(marker.clone(), browser::reload);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::super::change::{OrderChange, TicketChange};
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
        assert!(watched.is_changed_by(change(ID, false)));
        assert!(!watched.is_changed_by(change(ID, true)));
        assert!(!watched.is_changed_by(change(OTHER, false)));
        assert!(!watched.is_changed_by(Change::Listed));
    }

    #[test]
    fn an_order_page_follows_its_order_only() {
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
        assert!(watched.is_changed_by(change(ID, OrderStatus::Cancelled)));
        assert!(!watched.is_changed_by(change(ID, OrderStatus::Created)));
        assert!(!watched.is_changed_by(change(OTHER, OrderStatus::Cancelled)));
    }
}
