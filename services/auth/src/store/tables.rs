//! The database as operations see it: typed stores instead of connections.

use event_log::Transaction;
use event_log::sql::{Connection, Pool};

/// The accounts, in a write transaction.
pub(crate) struct AccountStore<'t>(pub(super) &'t mut Connection);

/// The sessions, in a write transaction.
pub(crate) struct SessionStore<'t>(pub(super) &'t mut Connection);

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
    /// The accounts.
    fn accounts(&mut self) -> AccountStore<'_>;
    /// The sessions.
    fn sessions(&mut self) -> SessionStore<'_>;
}

impl Tables for Transaction {
    fn accounts(&mut self) -> AccountStore<'_> {
        AccountStore(self.connection())
    }

    fn sessions(&mut self) -> SessionStore<'_> {
        SessionStore(self.connection())
    }
}
