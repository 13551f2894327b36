//! The events of the test provider, which come as those of a real provider come to the webhook: through the inbox.

use ::test_provider::ChargeStatus;
use service::Consumer;

use crate::operations::settle;

/// Settles payments as their charges change.
#[must_use]
pub fn test_provider() -> Consumer {
    let consumer = Consumer::of("test-provider");
    ChargeStatus::ALL.iter().fold(consumer, |consumer, status| {
        consumer.on_subject(status.subject(), settle::receive_charge)
    })
}
