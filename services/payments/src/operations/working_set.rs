//! The rows of a batch: loaded once, changed in memory in the order of the requests, saved once.

mod keys;
mod load;
mod save;

use std::collections::{HashMap, HashSet};

use contracts::events::DomainEvent;
use contracts::{OrderId, PaymentId, PaymentStatus, Timestamp};
use event_log::{IdSource, NewEvent, Transaction};

pub(crate) use keys::Keys;

use crate::dispute::Dispute;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::store::{OrderPaymentState, PayableOrder, ReceivedEvent, RejectedRefund, StoredPayment};

/// The rows that the requests or the events of a batch need, and what they change.
///
/// The rules of the operations decide on it, one request at a time, and know no database: what an earlier request of the batch has
/// decided is in it already. A request that is refused must have changed nothing in it.
pub(crate) struct WorkingSet {
    /// The instant of the transaction.
    now: Timestamp,
    /// The age of the database, in milliseconds: time that has certainly passed.
    running_time_ms: i64,
    ids: IdSource,
    orders: HashMap<OrderId, PayableOrder>,
    changed_orders: HashSet<OrderId>,
    payments: HashMap<PaymentId, Tracked>,
    /// The payments of each order, the oldest first.
    of_order: HashMap<OrderId, Vec<PaymentId>>,
    /// The webhooks that were received before.
    inbox: HashSet<String>,
    received: Vec<ReceivedEvent>,
    disputes: HashMap<String, Dispute>,
    changed_disputes: HashSet<String>,
    /// Payments whose disputes were checked.
    postponed: Vec<PaymentId>,
    rejected_refunds: Vec<RejectedRefund>,
    /// How many refunds have failed.
    failed_refunds: usize,
    events: Vec<NewEvent>,
}

/// A payment, and how it is stored.
struct Tracked {
    current: StoredPayment,
    stored: Stored,
}

/// How a payment is stored.
#[derive(Clone, Copy)]
enum Stored {
    /// As it is.
    Unchanged,
    /// With this revision; it has changed since.
    Changed { revision: i64 },
    /// Not yet.
    New,
}

impl event_log::WorkingSet for WorkingSet {
    type Keys = Keys;
    type Error = PaymentsError;

    async fn load(tx: &mut Transaction, keys: Keys) -> Result<Self, PaymentsError> {
        Self::of_keys(tx, keys).await
    }

    async fn save(self, tx: &mut Transaction) -> Result<(), PaymentsError> {
        self.save_changes(tx).await
    }
}

impl WorkingSet {
    /// The instant of the transaction.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The running time of the database, in milliseconds.
    pub(crate) fn running_time_ms(&self) -> i64 {
        self.running_time_ms
    }

    /// An id for a new payment.
    pub(crate) fn next_payment_id(&self) -> PaymentId {
        PaymentId::from_uuid(self.ids.next())
    }

    /// An order, as this service knows it.
    pub(crate) fn order(&self, id: OrderId) -> Option<&PayableOrder> {
        self.orders.get(&id)
    }

    /// Updates the replica of an order.
    pub(crate) fn save_order(&mut self, order: PayableOrder) {
        self.changed_orders.insert(order.id);
        self.orders.insert(order.id, order);
    }

    /// A payment, in its current state.
    pub(crate) fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id).map(|tracked| &tracked.current.payment)
    }

    /// Every payment of an order, the oldest first.
    pub(crate) fn payments_of(&self, order: OrderId) -> impl Iterator<Item = &Payment> {
        let ids = self.of_order.get(&order).into_iter().flatten();
        ids.filter_map(|id| self.payment(*id))
    }

    /// The state of all payments of an order together.
    pub(crate) fn order_payment_state(&self, order: OrderId) -> OrderPaymentState {
        OrderPaymentState {
            attempts: i64::try_from(self.payments_of(order).count()).unwrap_or(i64::MAX),
            is_paid: self
                .payments_of(order)
                .any(|payment| payment.status == PaymentStatus::Succeeded),
            is_open: self.payments_of(order).any(|payment| payment.status.is_open()),
        }
    }

    /// Whether another payment of its order has succeeded.
    pub(crate) fn is_paid_by_another(&self, payment: &Payment) -> bool {
        self.payments_of(payment.order)
            .any(|other| other.id != payment.id && other.status == PaymentStatus::Succeeded)
    }

    /// The running time of the database, in milliseconds, when the charge of a payment was last requested.
    pub(crate) fn charge_requested_at_running_ms(&self, payment: PaymentId) -> Option<i64> {
        let tracked = self.payments.get(&payment)?;
        Some(tracked.current.charge_requested_at_running_ms)
    }

    /// Adds a payment that is started now; its charge is about to be requested.
    pub(crate) fn insert(&mut self, payment: Payment) {
        self.of_order.entry(payment.order).or_default().push(payment.id);
        let id = payment.id;
        let current = StoredPayment {
            payment,
            charge_requested_at_running_ms: self.running_time_ms,
        };
        let stored = Stored::New;
        self.payments.insert(id, Tracked { current, stored });
    }

    /// Replaces a payment by its new state, as its next revision, and returns it.
    pub(crate) fn save_payment(&mut self, payment: Payment) -> Payment {
        let payment = Payment {
            revision: payment.revision + 1,
            ..payment
        };
        if let Some(tracked) = self.payments.get_mut(&payment.id) {
            if matches!(tracked.stored, Stored::Unchanged) {
                tracked.stored = Stored::Changed {
                    revision: tracked.current.payment.revision,
                };
            }
            tracked.current.payment = payment.clone();
        }
        payment
    }

    /// Replaces a payment whose charge is about to be requested again, as [`WorkingSet::save_payment`].
    pub(crate) fn save_charge_requested(&mut self, payment: Payment) -> Payment {
        if let Some(tracked) = self.payments.get_mut(&payment.id) {
            tracked.current.charge_requested_at_running_ms = self.running_time_ms;
        }
        self.save_payment(payment)
    }

    /// Records a webhook; false if it was received before.
    pub(crate) fn receive(&mut self, event_id: &str, payment: PaymentId, outcome: &'static str) -> bool {
        let is_new = self.inbox.insert(event_id.to_owned());
        if is_new {
            self.received.push(ReceivedEvent {
                event_id: event_id.to_owned(),
                payment_id: payment,
                outcome,
            });
        }
        is_new
    }

    /// A dispute, by the provider's id.
    pub(crate) fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.get(id)
    }

    /// Adds or replaces a dispute.
    pub(crate) fn save_dispute(&mut self, dispute: Dispute) {
        self.changed_disputes.insert(dispute.id.clone());
        self.disputes.insert(dispute.id.clone(), dispute);
    }

    /// Schedules the next check of the open disputes about a payment.
    pub(crate) fn postpone_disputes(&mut self, payment: PaymentId) {
        self.postponed.push(payment);
    }

    /// Records how many requests for the refund of a payment the provider has rejected.
    pub(crate) fn save_rejected_refund(&mut self, rejected: RejectedRefund) {
        self.rejected_refunds.push(rejected);
    }

    /// Counts a refund that failed.
    pub(crate) fn count_failed_refund(&mut self) {
        self.failed_refunds += 1;
    }

    /// Publishes an event of a payment, at its version.
    ///
    /// # Errors
    /// When the event cannot be written as JSON.
    pub(crate) fn publish<E>(&mut self, payment: &Payment, event: E) -> Result<(), PaymentsError>
    where
        E: DomainEvent + Send + Sync,
    {
        let event = NewEvent::new(E::SUBJECT, &payment.id.to_string(), payment.version, event)?;
        self.events.push(event);
        Ok(())
    }
}
