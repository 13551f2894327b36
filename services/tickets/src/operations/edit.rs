//! Editing tickets.

use contracts::views::TicketView;
use contracts::{OfferChange, TicketId, Timestamp, UserId};
use event_log::Transaction;

use super::Tickets;
use super::publish::publish_updated;
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::store::Tables;

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
        let change = change.into();
        let edited = self.db.write(move |tx| Box::pin(edit(tx, seller, id, change)));
        Ok(edited.await?.view(self.now()))
    }
}

async fn edit(
    tx: &mut Transaction,
    seller: UserId,
    id: TicketId,
    change: OfferChange,
) -> Result<Ticket, TicketsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if let Some(ticket) = tx.tickets().edit_if_free(seller, id, &change, now).await? {
        tx.tickets().delete_reverted_edit(id).await?;
        publish_updated(tx, &ticket).await?;
        return Ok(ticket);
    }
    // Nothing was changed; the state in the same transaction shows why.
    match tx.tickets().find(id).await? {
        None => Err(TicketsError::NotFound),
        Some(ticket) if !ticket.is_available(now) => Err(TicketsError::Held),
        Some(_) => Err(TicketsError::NotOwner),
    }
}
