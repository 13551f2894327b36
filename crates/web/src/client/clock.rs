//! The clock of limits in memory.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use event_log::SharedClock;
use governor::clock::Clock;

/// A monotonic clock, independent of the time of day. A limit based on the time of day would lock users out for as long as that was
/// wrong.
#[derive(Clone)]
pub struct SteadyClock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl SteadyClock {
    /// The machine's, from now on.
    #[must_use]
    pub fn system() -> Self {
        let start = Instant::now();
        Self(Arc::new(move || start.elapsed()))
    }

    /// One that a test advances, along with the time of day.
    #[must_use]
    pub fn following(clock: SharedClock) -> Self {
        let start_ms = clock.now_ms();
        Self(Arc::new(move || {
            let passed = clock.now_ms().saturating_sub(start_ms);
            Duration::from_millis(u64::try_from(passed).unwrap_or(0))
        }))
    }

    /// The time that has passed since some instant.
    #[must_use]
    pub fn now(&self) -> Duration {
        (self.0)()
    }
}

impl Clock for SteadyClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for SteadyClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SteadyClock").field(&self.now()).finish()
    }
}
