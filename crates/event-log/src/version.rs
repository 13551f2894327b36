//! Whether an event is the next one for a replica.

/// How a replica handles an incoming version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionCheck {
    /// It is the next version: apply it.
    Apply,
    /// It was applied before: drop it.
    Duplicate,
    /// Something in between is missing: do not apply it.
    Gap,
}

/// Compares an incoming version with the version a replica has, `None` if it does not have the aggregate. Versions start at 0.
///
/// ```
/// use event_log::{VersionCheck, next_version};
/// assert_eq!(next_version(None, 0), VersionCheck::Apply);
/// assert_eq!(next_version(Some(4), 5), VersionCheck::Apply);
/// assert_eq!(next_version(Some(4), 4), VersionCheck::Duplicate);
/// assert_eq!(next_version(Some(4), 6), VersionCheck::Gap);
/// assert_eq!(next_version(None, 1), VersionCheck::Gap);
/// ```
#[must_use]
pub fn next_version(current: Option<i64>, incoming: i64) -> VersionCheck {
    let current = current.unwrap_or(-1);
    if incoming <= current {
        VersionCheck::Duplicate
    } else if incoming - current == 1 {
        VersionCheck::Apply
    } else {
        VersionCheck::Gap
    }
}
