//! The offer that an order has reserved, by its version.

use contracts::Offer;
use contracts::events::{TicketCreated, TicketUpdated};
use event_log::{ApplyError, Event, Transaction};

use crate::domain::Ticket;

/// The offer of that version of a ticket, as this service published it. `None` means the current one: events
/// before 0.2 have no version.
///
/// # Errors
/// `Rejected` for a version that this service has never published.
pub(super) async fn reserved_offer(
    tx: &mut Transaction,
    ticket: &Ticket,
    version: Option<i64>,
) -> Result<Offer, ApplyError> {
    let version = version.unwrap_or(ticket.version);
    if (ticket.offer_version..=ticket.version).contains(&version) {
        return Ok(ticket.offer());
    }
    let event = tx.event_of_version(&ticket.id.to_string(), version).await?;
    let event = event.ok_or_else(|| {
        let known = ticket.version;
        ApplyError::Rejected(format!(
            "ticket {}: version {version} was reserved, of {known} that were published",
            ticket.id
        ))
    })?;
    offer_in(&event)
}

fn offer_in(event: &Event) -> Result<Offer, ApplyError> {
    if event.subject == TicketCreated::SUBJECT {
        let created: TicketCreated = event.decode()?;
        return Ok(Offer {
            title: created.title,
            price: created.price,
            refund_window: created.refund_hours,
        });
    }
    let updated: TicketUpdated = event.decode()?;
    Ok(Offer {
        title: updated.title,
        price: updated.price,
        refund_window: updated.refund_hours,
    })
}
