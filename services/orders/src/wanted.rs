//! What a buyer asks for.

use contracts::TicketId;

/// A ticket that somebody wants to reserve, and which version of it they were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedTicket {
    /// The ticket.
    pub id: TicketId,
    /// The version whose offer was shown; `None` takes whatever is offered now.
    pub seen_version: Option<i64>,
}

/// Whatever is offered now.
impl From<TicketId> for WantedTicket {
    fn from(id: TicketId) -> Self {
        Self {
            id,
            seen_version: None,
        }
    }
}
