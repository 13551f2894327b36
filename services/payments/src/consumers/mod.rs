//! The consumers of the payments service, one file per source. Their effects are in the operations.

mod orders;
mod test_provider;

use service::Subscription;

pub use self::orders::orders;
pub use self::test_provider::test_provider;

/// All subscriptions of the service. The test provider is a source only where it runs.
pub(crate) fn all() -> Vec<Subscription> {
    vec![orders(), test_provider()]
}
