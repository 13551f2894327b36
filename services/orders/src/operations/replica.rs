//! This service's replica of the tickets.

use std::collections::HashMap;

use contracts::TicketId;
use contracts::events::{TicketCreated, TicketUpdated};
use event_log::{ApplyError, Transaction, VersionCheck, WorkingSet, next_version};

use crate::store::ReplicatedTicket;
use crate::store::Tables;

/// The rows of the tickets that a batch of events is about.
pub(crate) struct Replica {
    tickets: HashMap<TicketId, ReplicatedTicket>,
    changed: Vec<TicketId>,
}

impl Replica {
    /// Applies a version on the one before: an older one is dropped, and one that arrives early goes to the retry queue. A version that
    /// only holds or releases a ticket does not change the version of its offer.
    pub(crate) fn apply(&mut self, event: impl Into<ReplicatedTicket>) -> Result<(), ApplyError> {
        let ticket = event.into();
        let current = self.tickets.get(&ticket.id);
        match next_version(current.map(|current| current.version), ticket.version) {
            VersionCheck::Apply => {
                let offer_version = current
                    .filter(|current| current.has_same_offer(&ticket))
                    .map_or(ticket.version, |current| current.offer_version);
                self.changed.push(ticket.id);
                let ticket = ReplicatedTicket {
                    offer_version,
                    ..ticket
                };
                self.tickets.insert(ticket.id, ticket);
                Ok(())
            }
            VersionCheck::Duplicate => Ok(()),
            VersionCheck::Gap => {
                let known = current.map_or_else(|| "none".to_owned(), |current| current.version.to_string());
                let reason = format!("ticket {}: version {} after {known}", ticket.id, ticket.version);
                Err(ApplyError::Rejected(reason))
            }
        }
    }
}

impl WorkingSet for Replica {
    type Keys = Vec<TicketId>;
    type Error = ApplyError;

    async fn load(tx: &mut Transaction, keys: Vec<TicketId>) -> Result<Self, ApplyError> {
        let tickets = tx.tickets().find_all(&keys).await?;
        Ok(Self {
            tickets: tickets.into_iter().map(|ticket| (ticket.id, ticket)).collect(),
            changed: Vec::new(),
        })
    }

    async fn save(mut self, tx: &mut Transaction) -> Result<(), ApplyError> {
        let changed = self.changed.iter().filter_map(|id| self.tickets.remove(id));
        let changed: Vec<_> = changed.collect();
        tx.tickets().save_all(&changed).await?;
        Ok(())
    }
}

impl From<TicketCreated> for ReplicatedTicket {
    fn from(event: TicketCreated) -> Self {
        Self {
            id: event.id,
            seller: event.user_id,
            title: event.title,
            price: event.price,
            refund_window: event.refund_hours,
            version: event.version,
            offer_version: event.version,
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
            refund_window: event.refund_hours,
            version: event.version,
            offer_version: event.version,
        }
    }
}
