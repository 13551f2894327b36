//! The events of the orders service.

use serde::{Deserialize, Serialize};

use crate::{CancelReason, OrderId, OrderStatus, PaymentId, Price, TicketId, Timestamp, UserId};

/// A ticket was reserved. From orders, consumed by tickets and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// The order.
    pub id: OrderId,
    /// Always 0.
    pub version: i64,
    /// Always `created`.
    pub status: OrderStatus,
    /// The buyer.
    pub user_id: UserId,
    /// When the hold expires.
    pub expires_at: Timestamp,
    /// The reserved ticket.
    pub ticket: ReservedTicket,
}

subject!(OrderCreated = "order:created");

/// The ticket of an `order:created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedTicket {
    /// The ticket.
    pub id: TicketId,
    /// The price of the order.
    pub price: Price,
    /// The version that was reserved.
    pub version: i64,
}

/// An order was cancelled and no longer holds its ticket. From orders, consumed by tickets and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub id: OrderId,
    /// The version that this change created.
    pub version: i64,
    /// Why.
    pub reason: CancelReason,
    /// The buyer; events of version 0.1 do not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<UserId>,
    /// The ticket that it held.
    pub ticket: TicketRef,
}

subject!(OrderCancelled = "order:cancelled");

/// An order advanced: its buyer started to pay, or it was paid. From orders, consumed by tickets and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderUpdated {
    /// The order.
    pub id: OrderId,
    /// The version that this change created.
    pub version: i64,
    /// `awaiting:payment`, or `complete`.
    pub status: OrderStatus,
    /// The buyer.
    pub user_id: UserId,
    /// When its hold expires from now on; meaningless once it is complete.
    pub expires_at: Timestamp,
    /// The ticket that it holds.
    pub ticket: HeldTicket,
    /// Its payment, once it is complete.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_id: Option<PaymentId>,
}

subject!(OrderUpdated = "order:updated");

/// A payment succeeded for an order that can no longer accept it: it must be refunded. From orders, consumed by payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPaymentRejected {
    /// The order, which is unchanged.
    pub id: OrderId,
    /// The version that this event created.
    pub version: i64,
    /// The payment.
    pub payment_id: PaymentId,
}

subject!(OrderPaymentRejected = "order:payment-rejected");

/// The ticket of an `order:updated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldTicket {
    /// The ticket.
    pub id: TicketId,
    /// The version that was reserved: the buyer gets its offer. Events before 0.2 do not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<i64>,
}

/// The ticket of an event about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRef {
    /// The ticket.
    pub id: TicketId,
}
