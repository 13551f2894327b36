//! Editing tickets.

use contracts::views::TicketView;
use contracts::{OfferChange, TicketId, UserId};

use super::command::Command;
use super::working_set::WorkingSet;
use super::{Tickets, publish};
use crate::domain::Ticket;
use crate::error::TicketsError;

impl Tickets {
    /// Edits the offer of a ticket of this seller (title, price, and refund hours if given), while no order holds it.
    ///
    /// An order may have been made a moment ago that this service has not consumed yet. The order then wins: its offer is
    /// restored, and the seller is shown the [`RevertedEdit`](crate::RevertedEdit).
    ///
    /// # Errors
    /// `NotFound`, `Held`, `NotOwner`, checked in this order.
    #[tracing::instrument(level = "debug", skip_all, fields(ticket.id = %id))]
    pub async fn edit(
        &self,
        seller: UserId,
        id: TicketId,
        change: impl Into<OfferChange>,
    ) -> Result<TicketView, TicketsError> {
        self.execute(seller.into(), Command::Edit(id, change.into()))
            .await
    }
}

/// Edits a ticket for its seller. An expired hold is removed, and so is the note of an edit that was reverted.
pub(super) fn edit(
    set: &mut WorkingSet,
    seller: UserId,
    id: TicketId,
    change: &OfferChange,
) -> Result<Ticket, TicketsError> {
    let ticket = set.ticket(id).ok_or(TicketsError::NotFound)?;
    if !ticket.is_available(set.now()) {
        return Err(TicketsError::Held);
    }
    if ticket.seller != seller {
        return Err(TicketsError::NotOwner);
    }
    let edited = ticket.clone().edited(change);
    publish::updated(set, &edited)?;
    set.delete_reverted_edit(id);
    set.update(edited.clone());
    Ok(edited)
}
