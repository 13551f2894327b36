//! The events of the test provider, which come as those of a real provider come to the webhook: through the inbox.

use ::test_provider::ChargeStatus;
use service::{BatchSubscription, Subscription};

use crate::operations::apply_state;
use crate::operations::working_set::WorkingSet;
use crate::provider::charge_update;

/// Settles payments as their charges change.
#[must_use]
pub fn test_provider() -> Subscription {
    let subscription = BatchSubscription::<WorkingSet>::of("test-provider");
    ChargeStatus::ALL
        .iter()
        .fold(subscription, |subscription, status| {
            subscription.on_subject(
                status.subject(),
                charge_update,
                apply_state::keys,
                |set, update| apply_state::receive(set, &update).map(drop),
            )
        })
        .into()
}
