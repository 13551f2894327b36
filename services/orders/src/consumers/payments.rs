//! The events of the payments service.

use contracts::events::{
    PaymentCreated, PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentRefunded, PaymentStarted,
};
use service::Consumer;

use crate::operations::{OrdersConfig, payment_events as on};

/// Advances an order with its payment.
#[must_use]
pub fn payments(config: &OrdersConfig) -> Consumer {
    Consumer::of("payments")
        .once_per_version()
        .on_with::<PaymentStarted, _>(config.payment_extension, on::started)
        .on::<PaymentCreated>(on::created)
        .on::<PaymentFailed>(on::failed)
        .on::<PaymentRefunded>(on::refunded)
        .on::<PaymentDisputed>(on::disputed)
        .on::<PaymentDisputeClosed>(on::dispute_closed)
}
