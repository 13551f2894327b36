//! The events of the orders service.

use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated};
use service::{BatchSubscription, Subscription};

use crate::operations::hold;
use crate::operations::working_set::WorkingSet;

/// Holds and releases tickets with their orders.
#[must_use]
pub fn orders() -> Subscription {
    BatchSubscription::<WorkingSet>::of("orders")
        .once_per_version()
        .on::<OrderCreated>(hold::keys_of_created, |set, event| {
            hold::order_created(set, &event)
        })
        .on::<OrderUpdated>(hold::keys_of_updated, |set, event| {
            hold::order_updated(set, &event)
        })
        .on::<OrderCancelled>(
            |event, keys| keys.ticket(event.ticket.id),
            |set, event| hold::order_cancelled(set, &event),
        )
        .into()
}
