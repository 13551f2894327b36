//! The events of the orders service.

use ::service::Consumer;
use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};

use crate::service::hold;

/// Holds and releases tickets with their orders.
#[must_use]
pub fn orders() -> Consumer {
    Consumer::of("orders")
        .once_per_version()
        .on::<OrderCreated>(hold::order_created)
        .on::<OrderUpdated>(hold::order_updated)
        .on::<OrderCancelled>(hold::order_cancelled)
}
