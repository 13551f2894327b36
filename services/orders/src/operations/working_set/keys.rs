//! Which rows a batch needs.

use std::time::Duration;

use contracts::{OrderId, TicketId, UserId};

/// The keys of the rows that the requests of a batch need. Each may occur more than once.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(super) orders: Vec<OrderId>,
    pub(super) tickets: Vec<TicketId>,
    pub(super) buyers: Vec<UserId>,
    pub(super) abandoned: Abandoned,
    pub(super) refunds: Vec<OrderId>,
    /// Orders that may take their tickets again.
    pub(super) with_ticket: Vec<OrderId>,
}

/// Which holds count as abandoned: those that expired, and those that were cancelled late.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Abandoned {
    /// How long ago they ended at most.
    pub(crate) window: Duration,
    /// How long after its reservation a cancelled hold counts.
    pub(crate) late: Duration,
}

impl Abandoned {
    pub(super) fn late_ms(&self) -> i64 {
        i64::try_from(self.late.as_millis()).unwrap_or(i64::MAX)
    }
}

impl Keys {
    /// An order.
    pub(crate) fn order(&mut self, id: OrderId) {
        self.orders.push(id);
    }

    /// An order, with the offer of its ticket and the order that currently has the ticket.
    pub(crate) fn order_with_ticket(&mut self, id: OrderId) {
        self.orders.push(id);
        self.with_ticket.push(id);
    }

    /// An order, and whether a dispute prevents its refund.
    pub(crate) fn order_with_disputes(&mut self, id: OrderId) {
        self.orders.push(id);
        self.refunds.push(id);
    }

    /// The offer of a ticket, and the order that has it.
    pub(crate) fn ticket(&mut self, id: TicketId) {
        self.tickets.push(id);
    }

    /// The unpaid orders of a buyer, and which of their holds count as abandoned: that is the same for every buyer.
    pub(crate) fn buyer(&mut self, id: UserId, abandoned: Abandoned) {
        self.buyers.push(id);
        self.abandoned = abandoned;
    }
}
