//! The events of the orders service.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use service::Subscription;

use crate::operations::order_events as on;

/// Maintains the replica of the orders, and ends the payments that an order does not need.
#[must_use]
pub fn orders() -> Subscription {
    Subscription::to("orders")
        .on::<OrderCreated>(on::created)
        .on::<OrderUpdated>(on::updated)
        .on::<OrderCancelled>(on::cancelled)
        .on::<OrderPaymentRejected>(on::payment_rejected)
}
