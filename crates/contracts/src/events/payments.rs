//! The events of the payments service.

use serde::{Deserialize, Serialize};

use crate::{DisputeStatus, OrderId, PaymentFailure, PaymentId, Price, Timestamp};

/// A payment was started: the provider is about to be called. From payments, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentStarted {
    /// The payment.
    pub id: PaymentId,
    /// Always 0.
    pub version: i64,
    /// The order that it pays for.
    pub order_id: OrderId,
    /// The amount.
    pub amount: Price,
}

subject!(PaymentStarted = "payment:started");

/// A payment succeeded. From payments, consumed by orders.
///
/// The subject is historic: `payment:created` is published when the charge succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSucceeded {
    /// The payment.
    pub id: PaymentId,
    /// The version that this change created.
    pub version: i64,
    /// The order that it paid for.
    pub order_id: OrderId,
    /// The amount.
    pub amount: Price,
    /// When the charge succeeded, by the provider's clock: it decides whether a payment is late, not the arrival of the
    /// event. Earlier events lack it.
    #[serde(default)]
    pub succeeded_at: Option<Timestamp>,
}

subject!(PaymentSucceeded = "payment:created");

/// A payment failed; nothing was charged. From payments, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFailed {
    /// The payment.
    pub id: PaymentId,
    /// The version that this change created.
    pub version: i64,
    /// The order that it was for.
    pub order_id: OrderId,
    /// Why.
    pub reason: PaymentFailure,
}

subject!(PaymentFailed = "payment:failed");

/// A payment was refunded. From payments, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    /// The payment.
    pub id: PaymentId,
    /// The version that this change created.
    pub version: i64,
    /// The order that it had paid for.
    pub order_id: OrderId,
    /// The amount.
    pub amount: Price,
}

subject!(PaymentRefunded = "payment:refunded");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_without_succeeded_at_is_accepted() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let old = format!(r#"{{"id":"{id}","version":1,"orderId":"{id}","amount":20}}"#);
        let event: PaymentSucceeded = serde_json::from_str(&old).unwrap();
        assert_eq!(event.succeeded_at, None);
    }
}

/// A buyer has reclaimed a payment from their bank, which has not decided. Published again when it changes whether the payment can
/// be refunded in the meantime. From payments, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDisputed {
    /// The payment.
    pub id: PaymentId,
    /// The version that this change created.
    pub version: i64,
    /// The order that it had paid for.
    pub order_id: OrderId,
    /// The provider's id of the dispute.
    pub dispute_id: String,
    /// Whether the payment cannot be refunded in the meantime.
    #[serde(rename = "barsRefund")]
    pub blocks_refund: bool,
}

subject!(PaymentDisputed = "payment:disputed");

/// A dispute was closed. From payments, consumed by orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDisputeClosed {
    /// The payment.
    pub id: PaymentId,
    /// The version that this change created.
    pub version: i64,
    /// The order that it had paid for.
    pub order_id: OrderId,
    /// The provider's id of the dispute.
    pub dispute_id: String,
    /// `won` or `lost`. After a lost one the buyer has the money; if it is the whole amount, the payment is also refunded.
    pub outcome: DisputeStatus,
}

subject!(PaymentDisputeClosed = "payment:dispute-closed");
