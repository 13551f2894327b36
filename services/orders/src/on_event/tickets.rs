//! What the orders service does with the events of the tickets service.

use contracts::events::{TicketCreated, TicketUpdated};
use event_log::{
    ApplyError, BoxFuture, DatabaseError, Event, Handler, Transaction, VersionCheck, next_version,
};

use crate::store::ReplicatedTicket;
use crate::store::Tables;

/// Maintains this service's replica of the tickets. For the source "tickets".
///
/// A version is applied only on the one before: an older one is dropped, and one that arrives early goes to the retry queue.
#[derive(Debug, Clone, Copy)]
pub struct OnTicketEvent;

impl Handler for OnTicketEvent {
    fn subjects(&self) -> &'static [&'static str] {
        &[TicketCreated::SUBJECT, TicketUpdated::SUBJECT]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            match event.subject.as_str() {
                TicketCreated::SUBJECT => replicate(tx, event.decode::<TicketCreated>()?.into()).await,
                TicketUpdated::SUBJECT => replicate(tx, event.decode::<TicketUpdated>()?.into()).await,
                other => Err(ApplyError::Rejected(format!("no reaction to {other}"))),
            }
        })
    }
}

async fn replicate(tx: &mut Transaction, ticket: ReplicatedTicket) -> Result<(), ApplyError> {
    let current = tx
        .tickets()
        .version(ticket.id)
        .await
        .map_err(DatabaseError::from)?;
    match next_version(current, ticket.version) {
        VersionCheck::Apply => {
            tx.tickets().save(&ticket).await.map_err(DatabaseError::from)?;
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
