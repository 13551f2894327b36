//! Whose events the tickets service consumes, a file per source. What they do is in the operations.

mod orders;

use service::Consumer;

pub use self::orders::orders;

/// All consumers of the service. It needs nothing of accounts: it is the witness by which an older file of accounts is noticed.
pub(crate) fn all() -> Vec<Consumer> {
    vec![orders(), Consumer::of("auth")]
}
