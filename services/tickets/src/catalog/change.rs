//! What a transaction changes in the catalog.

use contracts::TicketId;

use crate::domain::Ticket;

/// A change of the catalog, which takes effect when its transaction has committed.
#[derive(Debug)]
pub(crate) enum CatalogChange {
    /// Tickets were listed, edited, held or released.
    Saved(Vec<ChangedTicket>),
    /// Titles were folded anew.
    Refolded,
}

/// A ticket that has changed in a transaction.
#[derive(Debug)]
pub(crate) struct ChangedTicket {
    /// The ticket.
    pub(crate) ticket: Ticket,
    /// Its folded title, unless the title has not changed.
    pub(crate) folded: Option<String>,
    /// The version that was stored; `None` for a new ticket.
    pub(crate) stored_version: Option<i64>,
}

impl ChangedTicket {
    /// The ticket.
    pub(crate) fn id(&self) -> TicketId {
        self.ticket.id
    }
}
