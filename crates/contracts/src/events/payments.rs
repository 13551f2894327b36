//! What the payments service tells.

use serde::{Deserialize, Serialize};

use crate::{OrderId, PaymentFailure, PaymentId, Price};

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
