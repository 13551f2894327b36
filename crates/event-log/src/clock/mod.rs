//! Where the time comes from.

mod manual;
mod steady;
mod system;

use std::sync::Arc;
use std::time::Duration;

pub use manual::ManualClock;
pub use system::SystemClock;

/// A source of time.
///
/// There are two kinds of time. The current instant may be wrong: someone sets the machine's clock, a battery is empty, a
/// time server fails. The time that has passed in this process cannot be set. Irreversible steps
/// must not depend on one reading of the first kind.
pub trait Clock: Send + Sync + 'static {
    /// The current instant, in milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;

    /// How long this process has been running, counted from some instant in it: it only grows, and cannot be set. It
    /// stops while the machine sleeps, so it is never more than the time that has passed.
    fn running(&self) -> Duration {
        system::running()
    }
}

/// A clock that many parts of a program read.
pub type SharedClock = Arc<dyn Clock>;
