//! What the orders service tells.

use serde::{Deserialize, Serialize};

use crate::{CancelReason, OrderId, OrderStatus, PaymentId, Price, TicketId, Timestamp, UserId};

/// A ticket was reserved. From orders, heard by tickets and payments.
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
    /// When the hold runs out by itself.
    pub expires_at: Timestamp,
    /// What was reserved.
    pub ticket: ReservedTicket,
}

/// The ticket of an `order:created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedTicket {
    /// The ticket.
    pub id: TicketId,
    /// What the order costs.
    pub price: Price,
    /// The version that was reserved.
    pub version: i64,
}

/// An order was cancelled and holds nothing any more. From orders, heard by tickets and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    /// The order.
    pub id: OrderId,
    /// The version this change made.
    pub version: i64,
    /// Why.
    pub reason: CancelReason,
    /// The buyer; events of version 0.1 do not name it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<UserId>,
    /// What it held.
    pub ticket: TicketRef,
}

/// An order went on: its buyer started to pay, or it was paid. From orders, heard by tickets and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderUpdated {
    /// The order.
    pub id: OrderId,
    /// The version this change made.
    pub version: i64,
    /// `awaiting:payment`, or `complete`.
    pub status: OrderStatus,
    /// The buyer.
    pub user_id: UserId,
    /// When its hold runs out from now on; of no meaning once it is complete.
    pub expires_at: Timestamp,
    /// What it holds.
    pub ticket: HeldTicket,
    /// What it was paid with, once it is complete.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_id: Option<PaymentId>,
}

/// A payment came for an order that cannot have it any more: the money must go back. From orders, heard by payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPaymentRejected {
    /// The order, which is as it was.
    pub id: OrderId,
    /// The version this fact made.
    pub version: i64,
    /// The payment.
    pub payment_id: PaymentId,
}

/// The ticket of an `order:updated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldTicket {
    /// The ticket.
    pub id: TicketId,
    /// The version that was reserved: its offer is what the order stands for. Events of before 0.2 do not name it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<i64>,
}

/// The ticket of an event about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRef {
    /// The ticket.
    pub id: TicketId,
}
