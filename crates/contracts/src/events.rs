//! The events the services exchange: facts in the past tense, each with the version of the aggregate it made.
//! Versions start at 0 and grow by one with every change; a copy applies version v only on v − 1.

use serde::{Deserialize, Serialize};

use crate::{
    CancelReason, OrderId, OrderStatus, PaymentFailure, PaymentId, Price, RefundWindow, SessionId, TicketId,
    Timestamp, Title, UserId,
};

/// An account was opened. From auth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSignedUp {
    /// The account.
    pub id: UserId,
}

/// A session was ended by its owner; its tokens are dead. From auth, heard by whoever verifies sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnded {
    /// The session.
    pub id: SessionId,
    /// Whose it was.
    pub user_id: UserId,
}

/// A ticket was listed. From tickets, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketCreated {
    /// The ticket.
    pub id: TicketId,
    /// Always 0.
    pub version: i64,
    /// Its title.
    pub title: Title,
    /// Its price.
    pub price: Price,
    /// Who offers it.
    pub user_id: UserId,
    /// For how long after a purchase it may be given back.
    #[serde(default)]
    pub refund_hours: RefundWindow,
}

/// A ticket was edited, held or released. From tickets, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketUpdated {
    /// The ticket.
    pub id: TicketId,
    /// The version this change made.
    pub version: i64,
    /// Its title from now on.
    pub title: Title,
    /// Its price from now on.
    pub price: Price,
    /// Who offers it.
    pub user_id: UserId,
    /// For how long after a purchase it may be given back from now on.
    #[serde(default)]
    pub refund_hours: RefundWindow,
    /// The order that holds it from now on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_id: Option<OrderId>,
}

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
    pub ticket: TicketRef,
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

/// The ticket of an event about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRef {
    /// The ticket.
    pub id: TicketId,
}

/// A payment was started: the provider is about to be asked for the money. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentStarted {
    /// The payment.
    pub id: PaymentId,
    /// Always 0.
    pub version: i64,
    /// What it pays for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Price,
}

/// The money was taken. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCreated {
    /// The payment.
    pub id: PaymentId,
    /// The version this change made.
    pub version: i64,
    /// What it paid for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Price,
}

/// The provider refused a payment; no money was taken. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFailed {
    /// The payment.
    pub id: PaymentId,
    /// The version this change made.
    pub version: i64,
    /// What it was to pay for.
    pub order_id: OrderId,
    /// Why.
    pub reason: PaymentFailure,
}

/// The money went back. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    /// The payment.
    pub id: PaymentId,
    /// The version this change made.
    pub version: i64,
    /// What it had paid for.
    pub order_id: OrderId,
    /// How much.
    pub amount: Price,
}

macro_rules! subjects {
    ($($event:ident = $subject:literal,)*) => {
        $(impl $event {
            /// The subject under which it stands in the event table.
            pub const SUBJECT: &'static str = $subject;
        })*
    };
}

subjects! {
    UserSignedUp = "user:signed-up",
    SessionEnded = "session:ended",
    TicketCreated = "ticket:created",
    TicketUpdated = "ticket:updated",
    OrderCreated = "order:created",
    OrderCancelled = "order:cancelled",
    OrderUpdated = "order:updated",
    OrderPaymentRejected = "order:payment-rejected",
    PaymentStarted = "payment:started",
    PaymentCreated = "payment:created",
    PaymentFailed = "payment:failed",
    PaymentRefunded = "payment:refunded",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_have_the_names_of_the_contract() {
        let event = OrderCreated {
            id: OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
            version: 0,
            status: OrderStatus::Created,
            user_id: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap(),
            expires_at: Timestamp::from_millis(900_000),
            ticket: ReservedTicket {
                id: TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap(),
                price: Price::from_cents(435).unwrap(),
                version: 2,
            },
        };
        let json = serde_json::to_string(&event).unwrap();
        let expected = concat!(
            r#"{"id":"01890a5d-ac96-774b-bcce-b302099a8057","version":0,"status":"created","#,
            r#""userId":"01890a5d-ac96-774b-bcce-b302099a8058","expiresAt":"1970-01-01T00:15:00.000Z","#,
            r#""ticket":{"id":"01890a5d-ac96-774b-bcce-b302099a8059","price":4.35,"version":2}}"#,
        );
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<OrderCreated>(&json).unwrap(), event);
    }
}
