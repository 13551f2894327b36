//! The database as operations see it: typed stores instead of connections.

use event_log::Transaction;
use event_log::sql::{Connection, Pool};

/// The orders, in a write transaction.
pub(crate) struct OrderStore<'t>(pub(super) &'t mut Connection);

/// The replica of the tickets, in a write transaction.
pub(crate) struct TicketReplica<'t>(pub(super) &'t mut Connection);

/// The disputes about payments of orders, in a write transaction.
pub(crate) struct DisputeStore<'t>(pub(super) &'t mut Connection);

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
    /// The orders.
    fn orders(&mut self) -> OrderStore<'_>;
    /// The replica of the tickets.
    fn tickets(&mut self) -> TicketReplica<'_>;
    /// The disputes about payments of orders.
    fn disputes(&mut self) -> DisputeStore<'_>;
}

impl Tables for Transaction {
    fn orders(&mut self) -> OrderStore<'_> {
        OrderStore(self.connection())
    }

    fn tickets(&mut self) -> TicketReplica<'_> {
        TicketReplica(self.connection())
    }

    fn disputes(&mut self) -> DisputeStore<'_> {
        DisputeStore(self.connection())
    }
}
