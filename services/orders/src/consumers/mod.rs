//! The consumers of the orders service, one file per source. Their effects are in the operations.

mod payments;
mod tickets;

use service::Consumer;

pub use self::payments::payments;
pub use self::tickets::tickets;
use crate::operations::OrdersConfig;

/// All consumers of a service with that configuration.
pub(crate) fn all(config: &OrdersConfig) -> Vec<Consumer> {
    vec![tickets(), payments(config)]
}
