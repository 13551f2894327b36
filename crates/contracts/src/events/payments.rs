//! What the payments service tells.

use serde::{Deserialize, Serialize};

use crate::{DisputeStatus, OrderId, PaymentFailure, PaymentId, Price, Timestamp};

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
    /// The instant at which the provider said yes, by its own record: whether money is on time is decided by it, and not by
    /// when the news arrives. Events from before it was told have none.
    #[serde(default)]
    pub succeeded_at: Option<Timestamp>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_without_succeeded_at_is_accepted() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let old = format!(r#"{{"id":"{id}","version":1,"orderId":"{id}","amount":20}}"#);
        let event: PaymentCreated = serde_json::from_str(&old).unwrap();
        assert_eq!(event.succeeded_at, None);
    }
}

/// A buyer asks their bank for the money of a payment, and the bank has not decided. Said again when it changes whether the money
/// can be given back meanwhile. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDisputed {
    /// The payment.
    pub id: PaymentId,
    /// The version this change made.
    pub version: i64,
    /// What it had paid for.
    pub order_id: OrderId,
    /// What the provider calls the dispute.
    pub dispute_id: String,
    /// Whether the money cannot be given back meanwhile.
    pub bars_refund: bool,
}

/// A dispute has come to its end. From payments, heard by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDisputeClosed {
    /// The payment.
    pub id: PaymentId,
    /// The version this change made.
    pub version: i64,
    /// What it had paid for.
    pub order_id: OrderId,
    /// What the provider calls the dispute.
    pub dispute_id: String,
    /// `won` or `lost`. The money of one that was lost is with the buyer; where it is all of it, the payment is refunded, too.
    pub outcome: DisputeStatus,
}
