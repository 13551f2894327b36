//! The events of the orders service.

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use service::Subscription;

use crate::operations::hold;

/// Holds and releases tickets with their orders.
#[must_use]
pub fn orders() -> Subscription {
    Subscription::to("orders")
        .once_per_version()
        .on::<OrderCreated>(hold::order_created)
        .on::<OrderUpdated>(hold::order_updated)
        .on::<OrderCancelled>(hold::order_cancelled)
}
