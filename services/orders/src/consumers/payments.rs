//! The events of the payments service.

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use service::{BatchConsumer, Consumer};

use crate::OrdersConfig;
use crate::operations::payment_events as on;
use crate::operations::working_set::WorkingSet;

/// Advances an order with its payment.
#[must_use]
pub fn payments(config: &OrdersConfig) -> Consumer {
    let extension = config.payment_extension;
    BatchConsumer::<WorkingSet>::of("payments")
        .once_per_version()
        .on::<PaymentStarted>(
            |event, keys| keys.order(event.order_id),
            move |set, event| on::started(set, &event, extension),
        )
        .on::<PaymentCreated>(on::keys_of_created, |set, event| on::created(set, &event))
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
