//! Loading a working set: a statement per table.

use std::collections::{BTreeMap, HashMap, HashSet};

use contracts::events::{TicketCreated, TicketUpdated};
use contracts::{Offer, TicketId, Timestamp};
use event_log::{Event, Transaction};

use super::{Keys, Stored, Tracked, WorkingSet};
use crate::error::TicketsError;
use crate::store::Tables;

impl WorkingSet {
    pub(super) async fn of_keys(tx: &mut Transaction, keys: Keys) -> Result<Self, TicketsError> {
        let mut set = Self {
            now: Timestamp::from_millis(tx.now_ms()),
            ids: tx.ids().clone(),
            tickets: BTreeMap::default(),
            offers: HashMap::default(),
            reverted_edits: HashMap::default(),
            changed_reverted_edits: HashSet::default(),
            events: Vec::new(),
        };
        if !keys.tickets.is_empty() {
            let tickets = tx.tickets().find_all(&keys.tickets).await?.into_iter();
            let tracked = tickets.map(|ticket| {
                let stored = Stored::Unchanged;
                (ticket.id, Tracked { ticket, stored })
            });
            set.tickets = tracked.collect();
        }
        if !keys.reserved.is_empty() {
            let ids: Vec<_> = keys.reserved.iter().map(|(id, _)| *id).collect();
            let edits = tx.tickets().reverted_edits_of(&ids).await?.into_iter();
            set.reverted_edits = edits.map(|edit| (edit.ticket, edit)).collect();
        }
        for (id, version) in keys.reserved {
            if let Some(version) = version {
                set.load_offer(tx, id, version).await?;
            }
        }
        Ok(set)
    }

    /// The offer of a version that was reserved. Mostly it is the current one; otherwise an edit was accepted in between, which is rare
    /// enough for a statement of its own.
    async fn load_offer(
        &mut self,
        tx: &mut Transaction,
        id: TicketId,
        version: i64,
    ) -> Result<(), TicketsError> {
        let Some(ticket) = self.ticket(id) else {
            return Ok(());
        };
        let offer = if (ticket.offer_version..=ticket.version).contains(&version) {
            // It may be overtaken by what the events before it in the batch restore.
            Some(ticket.offer())
        } else {
            let event = tx.event_of_version(&id.to_string(), version).await?;
            event.map(|event| offer_in(&event)).transpose()?
        };
        if let Some(offer) = offer {
            self.offers.insert((id, version), offer);
        }
        Ok(())
    }
}

fn offer_in(event: &Event) -> Result<Offer, TicketsError> {
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
