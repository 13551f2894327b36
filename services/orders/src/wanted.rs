//! The ticket that a buyer wants to reserve.

use contracts::TicketId;

/// A ticket to reserve, and the version of it that the buyer was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedTicket {
    /// The ticket.
    pub id: TicketId,
    /// The version whose offer was shown; `None` accepts the current offer.
    pub seen_version: Option<i64>,
}

/// Accepts the current offer.
impl From<TicketId> for WantedTicket {
    fn from(id: TicketId) -> Self {
        Self {
            id,
            seen_version: None,
        }
    }
}
