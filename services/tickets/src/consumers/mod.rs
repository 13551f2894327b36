//! The consumers of the tickets service, one file per source. Their effects are in the operations.

mod orders;

use service::Subscription;

pub use self::orders::orders;

/// All subscriptions of the service. It uses no account data: its cursor on auth only detects an outdated auth file.
pub(crate) fn all() -> Vec<Subscription> {
    vec![orders(), Subscription::cursor_only("auth")]
}
