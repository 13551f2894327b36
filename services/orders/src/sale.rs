//! An order as the seller of its ticket sees it.

use contracts::{DisputeStatus, OrderId, Price, TicketId, Timestamp, Title};

use crate::page::SaleCursor;

/// A ticket that was sold. The buyer is not disclosed to the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The order.
    pub order: OrderId,
    /// The ticket.
    pub ticket: TicketId,
    /// Its title when it was reserved.
    pub title: Title,
    /// The price that was paid.
    pub price: Price,
    /// When it was paid.
    pub sold_at: Timestamp,
    /// When it was refunded, if it was: the seller does not get the money then.
    pub refunded_at: Option<Timestamp>,
    /// The status of a dispute about its payment: an open one takes precedence over a lost one, and that over a won one.
    pub dispute: Option<DisputeStatus>,
}

impl Sale {
    /// The position right after this sale in a list.
    #[must_use]
    pub fn cursor(&self) -> SaleCursor {
        SaleCursor {
            sold_at: self.sold_at,
            order: self.order,
        }
    }
}

/// A seller's earnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earnings {
    /// The number of tickets. Refunded ones earned nothing.
    pub tickets: u64,
    /// The amount in cents.
    pub cents: i64,
}
