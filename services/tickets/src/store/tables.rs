//! The database as operations see it: typed stores instead of connections.

use event_log::Transaction;
use event_log::sql::{Connection, Pool};

/// The tickets, in a write transaction.
pub(crate) struct TicketStore<'t>(pub(super) &'t mut Connection);

/// The queries of this service outside of a transaction.
pub(crate) struct Queries<'p>(pub(super) &'p Pool);

impl<'p> Queries<'p> {
    /// On this pool of readers.
    pub(crate) fn on(pool: &'p Pool) -> Self {
        Self(pool)
    }
}

/// The typed stores of a write transaction.
pub(crate) trait Tables {
    /// The tickets.
    fn tickets(&mut self) -> TicketStore<'_>;
}

impl Tables for Transaction {
    fn tickets(&mut self) -> TicketStore<'_> {
        TicketStore(self.connection())
    }
}
