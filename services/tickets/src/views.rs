//! What others see of a ticket: the REST API what the contract says, the pages what they show.

use contracts::views::TicketView;
use contracts::{OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};

use crate::domain::{Availability, Ticket};
use crate::search::Page;

/// A ticket at an instant, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDetails {
    /// The ticket.
    pub id: TicketId,
    /// What it admits to.
    pub title: Title,
    /// Its price.
    pub price: Price,
    /// How long after a purchase its buyer can refund it.
    pub refund_window: RefundWindow,
    /// The seller.
    pub seller: UserId,
    /// The version that is shown: a buyer reserves it and no other.
    pub version: i64,
    /// The version that made the current offer: later ones have the same.
    pub offer_version: i64,
    /// Whether it can be bought.
    pub availability: Availability,
    /// The order that holds it, or has bought it.
    pub held_by: Option<OrderId>,
    /// When it was listed.
    pub listed_at: Timestamp,
}

impl TicketDetails {
    /// The same, as the REST API shows it.
    #[must_use]
    pub(crate) fn view(&self) -> TicketView {
        TicketView {
            id: self.id,
            title: self.title.clone(),
            price: self.price,
            user_id: self.seller,
            refund_hours: self.refund_window,
            version: self.version,
            order_id: self.held_by,
        }
    }
}

impl Ticket {
    /// The ticket at that instant, as pages show it.
    pub(crate) fn details(self, now: Timestamp) -> TicketDetails {
        TicketDetails {
            availability: self.availability(now),
            held_by: self.hold_at(now).map(|hold| hold.order_id),
            id: self.id,
            title: self.title,
            price: self.price,
            refund_window: self.refund_window,
            seller: self.seller,
            version: self.version,
            offer_version: self.offer_version,
            listed_at: self.created_at,
        }
    }

    /// The ticket at that instant, as the REST API shows it.
    pub(crate) fn view(self, now: Timestamp) -> TicketView {
        self.details(now).view()
    }
}

impl Page<Ticket> {
    /// The page at that instant, as the REST API shows it.
    pub(crate) fn views(self, now: Timestamp) -> Page<TicketView> {
        let items = self.items.into_iter().map(|ticket| ticket.view(now));
        Page {
            items: items.collect(),
            next: self.next,
        }
    }

    /// The page at that instant, as pages show it.
    pub(crate) fn details(self, now: Timestamp) -> Page<TicketDetails> {
        let items = self.items.into_iter().map(|ticket| ticket.details(now));
        Page {
            items: items.collect(),
            next: self.next,
        }
    }
}
