//! The database as operations see it: typed stores instead of connections.

use event_log::Transaction;
use sqlx::{SqliteConnection, SqlitePool};

/// The tickets, in a write transaction.
pub(crate) struct TicketStore<'t>(pub(super) &'t mut SqliteConnection);

/// The queries of this service outside of a transaction.
pub(crate) struct Queries<'p>(pub(super) &'p SqlitePool);

impl<'p> Queries<'p> {
    /// On this pool of readers.
    pub(crate) fn on(pool: &'p SqlitePool) -> Self {
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
