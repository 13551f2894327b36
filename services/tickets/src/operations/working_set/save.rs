//! Saves the changes of a batch: one statement per table.

use event_log::Transaction;

use super::{Stored, WorkingSet};
use crate::error::TicketsError;
use crate::store::{Tables, TicketRecord};

impl WorkingSet {
    pub(super) async fn save_changes(self, tx: &mut Transaction) -> Result<(), TicketsError> {
        let (mut updated, mut inserted) = (Vec::new(), Vec::new());
        for tracked in self.tickets.values() {
            match &tracked.stored {
                Stored::Unchanged => {}
                Stored::New => inserted.push(TicketRecord::inserted(&tracked.ticket)),
                Stored::Changed { version, title } => {
                    updated.push(TicketRecord::updated(&tracked.ticket, *version, title));
                }
            }
        }
        tx.tickets().insert_all(&inserted).await?;
        tx.tickets().save_all(&updated).await?;
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
        Ok(())
    }
}
