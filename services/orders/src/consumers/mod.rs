//! The consumers of the orders service, one file per source. Their effects are in the operations.

mod payments;
mod tickets;

use service::Subscription;

pub use self::payments::payments;
pub use self::tickets::tickets;
use crate::operations::OrdersConfig;

/// All subscriptions of a service with that configuration.
pub(crate) fn all(config: &OrdersConfig) -> Vec<Subscription> {
    vec![tickets(), payments(config)]
}
