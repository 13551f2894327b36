//! Saves the changes of a batch: one statement per table.

use event_log::Transaction;

use super::{Stored, Tracked, WorkingSet};
use crate::catalog::{CatalogChange, ChangedTicket};
use crate::error::TicketsError;
use crate::fold::folded_title;
use crate::store::Tables;

impl WorkingSet {
    pub(super) async fn save_changes(self, tx: &mut Transaction) -> Result<(), TicketsError> {
        let changed = self.tickets.into_values().filter_map(Tracked::changed);
        let changed: Vec<_> = changed.collect();
        tx.tickets().insert_all(&changed).await?;
        tx.tickets().save_all(&changed).await?;
        let (mut saved, mut deleted) = (Vec::new(), Vec::new());
        for id in self.changed_reverted_edits {
            match self.reverted_edits.get(&id) {
                Some(edit) => saved.push(edit),
                None => deleted.push(id),
            }
        }
        tx.tickets().save_reverted_edits(&saved).await?;
        tx.tickets().delete_reverted_edits(&deleted).await?;
        tx.append_all(&self.events).await?;
        if !changed.is_empty() {
            tx.notify(CatalogChange::Saved(changed));
        }
        Ok(())
    }
}

impl Tracked {
    /// The ticket, if it has changed.
    fn changed(self) -> Option<ChangedTicket> {
        let (stored_version, is_retitled) = match self.stored {
            Stored::Unchanged => return None,
            Stored::New => (None, true),
            Stored::Changed { version, title } => (Some(version), title != self.ticket.title),
        };
        Some(ChangedTicket {
            folded: is_retitled.then(|| folded_title(self.ticket.title.as_str())),
            stored_version,
            ticket: self.ticket,
        })
    }
}
