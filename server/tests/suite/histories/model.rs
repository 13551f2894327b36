//! The expected state of the orders service, as a minimal model.

use std::collections::HashMap;

use contracts::events::{PaymentFailed, PaymentRefunded, PaymentStarted, PaymentSucceeded};
use contracts::views::OrderView;
use contracts::{CancelReason, Offer, OrderId, OrderStatus, PaymentId, TicketId, Timestamp, UserId};
use event_log::Event;
use orders::OrdersConfig;

#[derive(Debug, Clone)]
pub struct ModelOrder {
    pub id: OrderId,
    pub buyer: UserId,
    pub ticket: TicketId,
    pub offer: Offer,
    pub status: OrderStatus,
    pub reason: Option<CancelReason>,
    pub expires_at: Timestamp,
    pub payment: Option<PaymentId>,
    pub completed_at: Option<Timestamp>,
    open_payment: Option<PaymentId>,
}

/// All orders, oldest first.
#[derive(Debug, Default)]
pub struct Model {
    pub orders: Vec<ModelOrder>,
    /// The offers in the orders service's replica of the tickets.
    pub offers: HashMap<TicketId, Offer>,
    seen_versions: HashMap<PaymentId, i64>,
}

impl ModelOrder {
    pub fn reserved(order: &OrderView) -> Self {
        Self {
            id: order.id,
            buyer: order.user_id,
            ticket: order.ticket.id,
            offer: Offer {
                title: order.ticket.title.clone(),
                price: order.ticket.price,
                refund_window: order.ticket.refund_hours,
            },
            status: OrderStatus::Created,
            reason: None,
            expires_at: order.expires_at,
            payment: None,
            completed_at: None,
            open_payment: None,
        }
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        matches!(self.status, OrderStatus::Created | OrderStatus::AwaitingPayment) && self.expires_at <= now
    }

    /// Status and reason as they read at that instant.
    pub fn reads(&self, now: Timestamp) -> (OrderStatus, Option<CancelReason>) {
        if self.is_expired(now) {
            (OrderStatus::Cancelled, Some(CancelReason::Expired))
        } else {
            (self.status, self.reason)
        }
    }

    fn cancel(&mut self, reason: CancelReason) {
        (self.status, self.reason) = (OrderStatus::Cancelled, Some(reason));
    }

    fn start_payment(&mut self, now: Timestamp) {
        if self.status == OrderStatus::Created {
            if !self.is_expired(now) {
                self.expires_at = self.expires_at.plus(OrdersConfig::default().payment_extension);
            }
            self.status = OrderStatus::AwaitingPayment;
        }
    }
}

impl Model {
    pub fn holder(&self, ticket: TicketId) -> Option<usize> {
        self.orders
            .iter()
            .position(|order| order.ticket == ticket && order.status != OrderStatus::Cancelled)
    }

    /// A reservation succeeded: an order in the way must have run out, and is closed.
    pub fn reserved(&mut self, order: &OrderView, now: Timestamp) {
        if let Some(holder) = self.holder(order.ticket.id) {
            assert!(self.orders[holder].is_expired(now), "a held ticket was reserved");
            self.orders[holder].cancel(CancelReason::Expired);
        }
        self.orders.push(ModelOrder::reserved(order));
    }

    pub fn cancelled(&mut self, index: usize, now: Timestamp) {
        let order = &mut self.orders[index];
        let reason = if order.is_expired(now) {
            CancelReason::Expired
        } else {
            CancelReason::User
        };
        if order.status != OrderStatus::Cancelled {
            order.cancel(reason);
        }
    }

    pub fn started_to_pay(&mut self, index: usize, now: Timestamp) {
        self.orders[index].start_payment(now);
    }

    pub fn refunded(&mut self, index: usize) {
        self.orders[index].cancel(CancelReason::Refunded);
    }

    /// The worker closed the expired orders.
    pub fn closed(&mut self, now: Timestamp) {
        let grace_period = OrdersConfig::default().payment_grace_period;
        for order in &mut self.orders {
            let is_awaited = order.open_payment.is_some() && order.expires_at.plus(grace_period) > now;
            if order.is_expired(now) && !is_awaited {
                order.cancel(CancelReason::Expired);
            }
        }
    }

    /// The orders service consumes an event of the payments service.
    pub fn consume(&mut self, event: &Event, now: Timestamp) {
        match event.subject.as_str() {
            PaymentStarted::SUBJECT => {
                let event: PaymentStarted = event.decode().unwrap();
                if let Some(order) = self.load_if_new(event.id, event.version, event.order_id)
                    && order.status != OrderStatus::Cancelled
                    && order.status != OrderStatus::Complete
                {
                    order.start_payment(now);
                    order.open_payment = Some(event.id);
                }
            }
            PaymentFailed::SUBJECT => {
                let event: PaymentFailed = event.decode().unwrap();
                if let Some(order) = self.load_if_new(event.id, event.version, event.order_id)
                    && order.open_payment == Some(event.id)
                {
                    order.open_payment = None;
                }
            }
            PaymentSucceeded::SUBJECT => self.complete_payment(&event.decode().unwrap(), now),
            PaymentRefunded::SUBJECT => {
                let event: PaymentRefunded = event.decode().unwrap();
                if let Some(order) = self.load_if_new(event.id, event.version, event.order_id) {
                    if order.open_payment == Some(event.id) {
                        order.open_payment = None;
                    }
                    if order.payment == Some(event.id) && order.status == OrderStatus::Complete {
                        order.cancel(CancelReason::Refunded);
                    }
                }
            }
            other => panic!("an event {other}"),
        }
    }

    fn complete_payment(&mut self, event: &PaymentSucceeded, now: Timestamp) {
        let offers = self.offers.clone();
        let Some(order) = self.load_if_new(event.id, event.version, event.order_id) else {
            return;
        };
        let (id, ticket) = (order.id, order.ticket);
        if order.open_payment == Some(event.id) {
            order.open_payment = None;
        }
        let is_expired = order.is_expired(now);
        // A charge before the deadline is on time, whenever its event is consumed.
        let is_on_time = event.succeeded_at.unwrap().min(now) < order.expires_at;
        let is_offered = is_on_time || offers[&ticket] == order.offer;
        let completes = match (order.status, order.reason) {
            (OrderStatus::AwaitingPayment, _) if !is_expired => true,
            (OrderStatus::AwaitingPayment, _) => is_offered,
            (OrderStatus::Cancelled, Some(CancelReason::Expired)) if is_offered => {
                let holder = self.holder(ticket);
                let is_free = holder.is_none_or(|holder| self.orders[holder].is_expired(now));
                if let Some(holder) = holder.filter(|_| is_free) {
                    self.orders[holder].cancel(CancelReason::Expired);
                }
                is_free
            }
            _ => false,
        };
        if completes {
            let order = self.orders.iter_mut().find(|order| order.id == id).unwrap();
            (order.status, order.reason) = (OrderStatus::Complete, None);
            (order.payment, order.completed_at) = (Some(event.id), Some(now));
        }
    }

    fn load_if_new(&mut self, payment: PaymentId, version: i64, order: OrderId) -> Option<&mut ModelOrder> {
        let seen = self.seen_versions.entry(payment).or_insert(-1);
        if version <= *seen {
            return None;
        }
        *seen = version;
        self.orders.iter_mut().find(|known| known.id == order)
    }
}
