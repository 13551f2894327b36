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
/// It tells two kinds of it. The present instant may be wrong: somebody sets the machine's clock, a battery is empty, a
/// server of the time errs. The time that has passed in this process cannot be set. What is kept or thrown away for
/// good must not hang on one reading of the first kind.
pub trait Clock: Send + Sync + 'static {
    /// The present instant, in milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;

    /// How long this process has been running, counted from some instant in it: it only grows, and nobody can set it. It
    /// stands still while the machine sleeps, so it is never more than the time that has passed.
    fn running(&self) -> Duration {
        system::running()
    }
}

/// A clock that many parts of a program read.
pub type SharedClock = Arc<dyn Clock>;
