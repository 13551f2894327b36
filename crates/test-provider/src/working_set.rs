//! The charges of a batch: loaded once, changed in memory in the order of the requests, saved once.

use std::collections::{HashMap, HashSet};

use event_log::{DatabaseError, NewEvent, Transaction};

use crate::{ProviderError, TestCharge, store};

/// The charges that a batch needs, and what becomes of them.
pub(crate) struct WorkingSet {
    now_ms: i64,
    charges: HashMap<String, TestCharge>,
    changed: HashSet<String>,
    events: Vec<NewEvent>,
}

impl WorkingSet {
    /// The charges that were loaded in this transaction.
    pub(crate) fn of(tx: &Transaction, charges: Vec<TestCharge>) -> Self {
        let charges = charges.into_iter().map(|charge| (charge.key.clone(), charge));
        Self {
            now_ms: tx.now_ms(),
            charges: charges.collect(),
            changed: HashSet::new(),
            events: Vec::new(),
        }
    }

    /// The instant of the transaction, in milliseconds UTC.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// A charge in its current state.
    pub(crate) fn charge(&self, key: &str) -> Option<&TestCharge> {
        self.charges.get(key)
    }

    /// Adds or replaces a charge, and publishes it at its version.
    pub(crate) fn put(&mut self, charge: TestCharge) -> Result<(), ProviderError> {
        let event = NewEvent::new(
            charge.status.subject(),
            &charge.key,
            charge.version,
            charge.clone(),
        );
        self.events.push(event.map_err(DatabaseError::from)?);
        self.changed.insert(charge.key.clone());
        self.charges.insert(charge.key.clone(), charge);
        Ok(())
    }

    /// Writes what has changed, and appends the events: a statement each.
    pub(crate) async fn save(&self, tx: &mut Transaction) -> Result<(), ProviderError> {
        let changed = self.changed.iter().filter_map(|key| self.charges.get(key));
        store::save_all(tx.connection(), &changed.collect::<Vec<_>>()).await?;
        tx.append_all(&self.events).await?;
        Ok(())
    }
}
