//! This service's replica of the tickets.

use contracts::events::{TicketCreated, TicketUpdated};
use event_log::{ApplyError, Transaction, VersionCheck, next_version};

use crate::store::ReplicatedTicket;
use crate::store::Tables;

/// Applies a version on the one before: an older one is dropped, and one that arrives early goes to the retry queue.
pub(crate) async fn replicate<E>(tx: &mut Transaction, event: E) -> Result<(), ApplyError>
where
    E: Into<ReplicatedTicket> + Send,
{
    let ticket = event.into();
    let current = tx.tickets().version(ticket.id).await?;
    match next_version(current, ticket.version) {
        VersionCheck::Apply => {
            tx.tickets().save(&ticket).await?;
            Ok(())
        }
        VersionCheck::Duplicate => Ok(()),
        VersionCheck::Gap => {
            let known = current.map_or_else(|| "none".to_owned(), |version| version.to_string());
            let reason = format!("ticket {}: version {} after {known}", ticket.id, ticket.version);
            Err(ApplyError::Rejected(reason))
        }
    }
}

impl From<TicketCreated> for ReplicatedTicket {
    fn from(event: TicketCreated) -> Self {
        Self {
            id: event.id,
            seller: event.user_id,
            title: event.title,
            price: event.price,
            refund: event.refund_hours,
            version: event.version,
        }
    }
}

impl From<TicketUpdated> for ReplicatedTicket {
    fn from(event: TicketUpdated) -> Self {
        Self {
            id: event.id,
            seller: event.user_id,
            title: event.title,
            price: event.price,
            refund: event.refund_hours,
            version: event.version,
        }
    }
}
