//! The events of the payments service.

use contracts::events::{
    PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted, PaymentSucceeded,
};
use service::{BatchSubscription, Subscription};

use crate::OrdersConfig;
use crate::operations::payment_events as on;
use crate::operations::working_set::WorkingSet;

/// Advances an order with its payment.
#[must_use]
pub fn payments(config: &OrdersConfig) -> Subscription {
    let extension = config.payment_extension;
    BatchSubscription::<WorkingSet>::of("payments")
        .once_per_version()
        .on::<PaymentStarted>(
            |event, keys| keys.order(event.order_id),
            move |set, event| on::started(set, &event, extension),
        )
        .on::<PaymentSucceeded>(on::keys_of_created, |set, event| on::created(set, &event))
        .on::<PaymentFailed>(
            |event, keys| keys.order(event.order_id),
            |set, event| on::failed(set, &event),
        )
        .on::<PaymentRefunded>(
            |event, keys| keys.order(event.order_id),
            |set, event| on::refunded(set, &event),
        )
        .on::<PaymentDisputed>(
            |event, keys| keys.order(event.order_id),
            |set, event| on::disputed(set, &event),
        )
        .on::<PaymentDisputeClosed>(
            |event, keys| keys.order(event.order_id),
            |set, event| on::dispute_closed(set, &event),
        )
        .into()
}
