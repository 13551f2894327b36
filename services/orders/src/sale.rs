//! An order as the seller of its ticket sees it.

use contracts::{DisputeStatus, OrderId, Price, TicketId, Timestamp, Title};

/// A ticket that was sold. Who bought it is not the seller's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The order.
    pub order: OrderId,
    /// The ticket.
    pub ticket: TicketId,
    /// Its title when it was reserved.
    pub title: Title,
    /// What it was sold for.
    pub price: Price,
    /// When it was paid.
    pub sold_at: Timestamp,
    /// When it was given back, if it was: the money is not the seller's then.
    pub given_back_at: Option<Timestamp>,
    /// Whether its buyer has disputed the payment, and how that stands: an open dispute before one that was lost, and that
    /// before one that was won.
    pub dispute: Option<DisputeStatus>,
}
