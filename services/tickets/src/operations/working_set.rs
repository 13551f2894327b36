//! The rows of a batch: loaded once, changed in memory in the order of the requests, saved once.

mod keys;
mod load;
mod save;

use std::collections::{BTreeMap, HashMap, HashSet};

use contracts::events::DomainEvent;
use contracts::{Offer, TicketId, Timestamp, Title};
use event_log::{IdSource, NewEvent, Transaction};

pub(crate) use keys::Keys;

use crate::domain::{RevertedEdit, Ticket};
use crate::error::TicketsError;

/// The tickets that the requests or the events of a batch are about, and what they change.
///
/// The rules of the operations decide on it, one request at a time, and know no database: what an earlier request of the batch has
/// decided is in it already. A request that is refused must have changed nothing in it.
pub(crate) struct WorkingSet {
    /// The instant of the transaction.
    now: Timestamp,
    ids: IdSource,
    tickets: BTreeMap<TicketId, Tracked>,
    /// The offers that the versions of tickets made, as far as orders may have reserved them.
    offers: HashMap<(TicketId, i64), Offer>,
    reverted_edits: HashMap<TicketId, RevertedEdit>,
    /// The tickets whose reverted edits were added or deleted.
    changed_reverted_edits: HashSet<TicketId>,
    events: Vec<NewEvent>,
}

/// A ticket, and how it is stored.
struct Tracked {
    ticket: Ticket,
    stored: Stored,
}

/// How a ticket is stored.
enum Stored {
    /// As it is.
    Unchanged,
    /// With this version and this title; it has changed since.
    Changed { version: i64, title: Title },
    /// Not yet.
    New,
}

impl event_log::WorkingSet for WorkingSet {
    type Keys = Keys;
    type Error = TicketsError;

    async fn load(tx: &mut Transaction, keys: Keys) -> Result<Self, TicketsError> {
        Self::of_keys(tx, keys).await
    }

    async fn save(self, tx: &mut Transaction) -> Result<(), TicketsError> {
        self.save_changes(tx).await
    }
}

impl WorkingSet {
    /// The instant of the transaction.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// An id for a new ticket.
    pub(crate) fn next_ticket_id(&self) -> TicketId {
        TicketId::from_uuid(self.ids.next())
    }

    /// A ticket, in its current state.
    pub(crate) fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id).map(|tracked| &tracked.ticket)
    }

    /// The offer of an earlier version of a ticket; `None` if that version was never published.
    pub(crate) fn offer_of(&self, id: TicketId, version: i64) -> Option<&Offer> {
        self.offers.get(&(id, version))
    }

    /// The last edit of a ticket that was reverted, of the tickets that are to be held.
    pub(crate) fn reverted_edit(&self, id: TicketId) -> Option<&RevertedEdit> {
        self.reverted_edits.get(&id)
    }

    /// Adds a ticket that was listed just now.
    pub(crate) fn insert(&mut self, ticket: Ticket) {
        let stored = Stored::New;
        self.tickets.insert(ticket.id, Tracked { ticket, stored });
    }

    /// Replaces a ticket by its next version.
    pub(crate) fn update(&mut self, ticket: Ticket) {
        let Some(tracked) = self.tickets.get_mut(&ticket.id) else {
            return;
        };
        self.offers.insert((ticket.id, ticket.version), ticket.offer());
        let before = std::mem::replace(&mut tracked.ticket, ticket);
        if matches!(tracked.stored, Stored::Unchanged) {
            tracked.stored = Stored::Changed {
                version: before.version,
                title: before.title,
            };
        }
    }

    /// Adds a reverted edit.
    pub(crate) fn save_reverted_edit(&mut self, edit: RevertedEdit) {
        self.changed_reverted_edits.insert(edit.ticket);
        self.reverted_edits.insert(edit.ticket, edit);
    }

    /// Deletes the reverted edit of a ticket, if there is one.
    pub(crate) fn delete_reverted_edit(&mut self, id: TicketId) {
        self.changed_reverted_edits.insert(id);
        self.reverted_edits.remove(&id);
    }

    /// Publishes an event of a ticket, with the ticket's current version.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub(crate) fn publish<E>(&mut self, ticket: &Ticket, event: E) -> Result<(), TicketsError>
    where
        E: DomainEvent + Send + Sync,
    {
        let event = NewEvent::new(E::SUBJECT, &ticket.id.to_string(), ticket.version, event)?;
        self.events.push(event);
        Ok(())
    }
}
