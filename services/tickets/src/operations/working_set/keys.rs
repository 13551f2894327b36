//! Which rows a batch needs.

use contracts::TicketId;

/// The keys of the rows that the requests or the events of a batch need. Each may occur more than once.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(super) tickets: Vec<TicketId>,
    /// Tickets that are to be held, with the versions that were reserved.
    pub(super) reserved: Vec<(TicketId, Option<i64>)>,
}

impl Keys {
    /// A ticket.
    pub(crate) fn ticket(&mut self, id: TicketId) {
        self.tickets.push(id);
    }

    /// A ticket that is to be held, with the offer of the version that was reserved, and its reverted edit.
    pub(crate) fn ticket_to_hold(&mut self, id: TicketId, reserved_version: Option<i64>) {
        self.tickets.push(id);
        self.reserved.push((id, reserved_version));
    }
}
