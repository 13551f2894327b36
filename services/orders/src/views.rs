//! What others see of an order: the REST API what the contract says, the pages what they show. What the service needs for itself,
//! such as versions and open payments, stays in the domain.

use contracts::views::{OrderView, OrderedTicketView};
use contracts::{
    CancelReason, OrderId, OrderStatus, PaymentId, Price, RefundWindow, TicketId, Timestamp, Title,
};

use crate::domain::Order;

/// An order, as the pages of its buyer show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDetails {
    /// The order.
    pub id: OrderId,
    /// Its status; past its deadline it reads as cancelled.
    pub status: OrderStatus,
    /// Why it was cancelled, if it was.
    pub cancel_reason: Option<CancelReason>,
    /// The ticket.
    pub ticket: TicketId,
    /// The title of the ticket when it was reserved.
    pub title: Title,
    /// What the order costs.
    pub price: Price,
    /// How long after the purchase it can be refunded.
    pub refund_window: RefundWindow,
    /// Until when it can be refunded, if it is complete and its seller allows that.
    pub refundable_until: Option<Timestamp>,
    /// Whether a payment was started and is undecided.
    pub is_paying: bool,
    /// How it was paid, if it was; it stays after a refund.
    pub purchase: Option<Purchase>,
    /// When it was reserved.
    pub reserved_at: Timestamp,
    /// From this instant on it holds nothing, unless it is paid.
    pub expires_at: Timestamp,
    /// When it was cancelled, expired or refunded, if it was.
    pub ended_at: Option<Timestamp>,
}

/// How an order was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// The payment.
    pub payment: PaymentId,
    /// When the charge succeeded.
    pub paid_at: Timestamp,
}

impl Order {
    /// The order, as the REST API shows it to its buyer.
    pub(crate) fn view(&self) -> OrderView {
        OrderView {
            id: self.id,
            user_id: self.buyer,
            status: self.status,
            expires_at: self.expires_at,
            version: self.version,
            ticket: OrderedTicketView {
                id: self.ticket.id,
                title: self.ticket.title.clone(),
                price: self.ticket.price,
                version: self.ticket.version,
                refund_hours: self.refund_window,
            },
            refundable_until: self.refundable_until(),
        }
    }

    /// The order, as the pages of its buyer show it.
    pub(crate) fn details(&self) -> OrderDetails {
        OrderDetails {
            id: self.id,
            status: self.status,
            cancel_reason: self.cancel_reason,
            ticket: self.ticket.id,
            title: self.ticket.title.clone(),
            price: self.ticket.price,
            refund_window: self.refund_window,
            refundable_until: self.refundable_until(),
            is_paying: self.open_payment.is_some(),
            purchase: self.purchase.map(|purchase| Purchase {
                payment: purchase.payment,
                paid_at: purchase.paid_at,
            }),
            reserved_at: self.created_at,
            expires_at: self.expires_at,
            ended_at: self.cancelled_at,
        }
    }
}
