//! The clock of tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use super::{Clock, SharedClock};

/// A clock that stops until it is moved. Clones show the same time.
#[derive(Clone)]
pub struct ManualClock {
    now_ms: Arc<AtomicI64>,
    running_ms: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock that shows `now_ms`, in milliseconds since the Unix epoch, UTC.
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        Self {
            now_ms: Arc::new(AtomicI64::new(now_ms)),
            running_ms: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Lets time pass, by whole milliseconds.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.running_ms.fetch_add(by, Ordering::SeqCst);
        self.step(i64::try_from(by).unwrap_or(i64::MAX));
    }

    /// Moves the clock ahead by that many milliseconds, or back if negative, while no time passes: like a
    /// wrong clock, and its correction.
    pub fn step(&self, by_ms: i64) {
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
    }

    /// This clock, ready to be passed around. The returned handle follows [`ManualClock::advance`].
    #[must_use]
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn running(&self) -> Duration {
        Duration::from_millis(self.running_ms.load(Ordering::SeqCst))
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now_ms()).finish()
    }
}
