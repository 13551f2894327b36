//! Which rows a batch needs.

use contracts::{OrderId, PaymentId};

/// The keys of the rows that the requests or the events of a batch need. Each may occur more than once.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    pub(super) orders: Vec<OrderId>,
    /// Orders whose payments are needed.
    pub(super) payments_of: Vec<OrderId>,
    /// Payments whose orders are needed.
    pub(super) orders_of: Vec<PaymentId>,
    pub(super) payments: Vec<PaymentId>,
    pub(super) events: Vec<String>,
    pub(super) disputes: Vec<String>,
}

impl Keys {
    /// An order in the replica.
    pub(crate) fn order(&mut self, id: OrderId) {
        self.orders.push(id);
    }

    /// An order, with all of its payments.
    pub(crate) fn order_with_payments(&mut self, id: OrderId) {
        self.orders.push(id);
        self.payments_of.push(id);
    }

    /// A payment, with the other ones of its order: of these one succeeds.
    pub(crate) fn payment(&mut self, id: PaymentId) {
        self.payments.push(id);
    }

    /// A payment, with the other ones of its order, and the order.
    pub(crate) fn payment_with_order(&mut self, id: PaymentId) {
        self.payments.push(id);
        self.orders_of.push(id);
    }

    /// Whether a webhook was received before.
    pub(crate) fn webhook(&mut self, event_id: &str) {
        self.events.push(event_id.to_owned());
    }

    /// A dispute, by the provider's id.
    pub(crate) fn dispute(&mut self, id: &str) {
        self.disputes.push(id.to_owned());
    }
}
