//! The database as operations see it: typed stores instead of connections.

use event_log::Transaction;
use event_log::sql::{Connection, Pool};

/// The payments, in a write transaction.
pub(crate) struct PaymentStore<'t>(pub(super) &'t mut Connection);

/// The replica of the orders, in a write transaction.
pub(crate) struct OrderReplica<'t>(pub(super) &'t mut Connection);

/// The disputes about payments, in a write transaction.
pub(crate) struct DisputeStore<'t>(pub(super) &'t mut Connection);

/// The inbox of webhooks, in a write transaction.
pub(crate) struct WebhookInbox<'t>(pub(super) &'t mut Connection);

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
    /// The payments.
    fn payments(&mut self) -> PaymentStore<'_>;
    /// The replica of the orders.
    fn orders(&mut self) -> OrderReplica<'_>;
    /// The disputes about payments.
    fn disputes(&mut self) -> DisputeStore<'_>;
    /// The inbox of webhooks.
    fn inbox(&mut self) -> WebhookInbox<'_>;
}

impl Tables for Transaction {
    fn payments(&mut self) -> PaymentStore<'_> {
        PaymentStore(self.connection())
    }

    fn orders(&mut self) -> OrderReplica<'_> {
        OrderReplica(self.connection())
    }

    fn disputes(&mut self) -> DisputeStore<'_> {
        DisputeStore(self.connection())
    }

    fn inbox(&mut self) -> WebhookInbox<'_> {
        WebhookInbox(self.connection())
    }
}
