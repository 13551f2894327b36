//! An order as the seller of its ticket sees it.

use contracts::{DisputeStatus, OrderId, Price, TicketId, Timestamp, Title};

use crate::SaleCursor;

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

impl Sale {
    /// The position right behind this sale in a list of them.
    #[must_use]
    pub fn cursor(&self) -> SaleCursor {
        SaleCursor {
            sold_at: self.sold_at,
            order: self.order,
        }
    }
}

/// What a seller has earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earnings {
    /// With how many tickets. Those that came back earned nothing.
    pub tickets: u64,
    /// How much, in cents.
    pub cents: i64,
}
