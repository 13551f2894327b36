//! The events of the test provider, which come as those of a real provider come to the webhook: through the inbox.

use ::test_provider::ChargeStatus;
use service::Subscription;

use crate::operations::apply_state;

/// Settles payments as their charges change.
#[must_use]
pub fn test_provider() -> Subscription {
    let subscription = Subscription::to("test-provider");
    ChargeStatus::ALL
        .iter()
        .fold(subscription, |subscription, status| {
            subscription.on_subject(status.subject(), apply_state::receive_charge)
        })
}
