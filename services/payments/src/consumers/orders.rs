//! The events of the orders service.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use service::{BatchSubscription, Subscription};

use crate::operations::order_events as on;
use crate::operations::working_set::WorkingSet;

/// Maintains the replica of the orders, and ends the payments that an order does not need.
#[must_use]
pub fn orders() -> Subscription {
    let subscription = BatchSubscription::<WorkingSet>::of("orders")
        .on::<OrderCreated>(
            |event, keys| keys.order(event.id),
            |set, event| {
                on::created(set, &event);
                Ok(())
            },
        )
        .on::<OrderUpdated>(on::keys_of_updated, |set, event| on::updated(set, &event))
        .on::<OrderCancelled>(
            |event, keys| keys.order_with_payments(event.id),
            |set, event| on::cancelled(set, &event),
        )
        .on::<OrderPaymentRejected>(on::keys_of_rejected, |set, event| {
            on::payment_rejected(set, &event)
        });
    // A buyer who has just reserved goes on to pay.
    Subscription::from(subscription).prompt()
}
