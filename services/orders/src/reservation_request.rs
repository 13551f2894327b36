//! The ticket that a buyer wants to reserve.

use contracts::TicketId;

use crate::error::OrdersError;

/// A ticket to reserve, and the version of it that the buyer was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationRequest {
    /// The ticket.
    pub id: TicketId,
    /// The version whose offer was shown; `None` accepts the current offer.
    pub shown_version: Option<i64>,
}

impl ReservationRequest {
    /// Whether a refusal may be due to this service not knowing yet what the buyer was shown: the ticket, or that version of it.
    #[must_use]
    pub fn may_be_unknown_yet(self, refusal: &OrdersError) -> bool {
        match refusal {
            OrdersError::TicketNotFound => true,
            OrdersError::OfferChanged(known) => self.shown_version.is_some_and(|seen| seen > known.version),
            _ => false,
        }
    }
}

/// Accepts the current offer.
impl From<TicketId> for ReservationRequest {
    fn from(id: TicketId) -> Self {
        Self {
            id,
            shown_version: None,
        }
    }
}
