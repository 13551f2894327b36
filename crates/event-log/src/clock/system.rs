//! The clock of the machine.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::steady::Steady;
use super::{Clock, SharedClock};

/// The clock of the machine, without its jumps: a jump counts only once it has lasted for a minute.
///
/// A clock that is wrong for a moment and is corrected is therefore never seen. A jump that lasts is taken for the
/// time, and logged.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
/// The process has one, so that all its parts agree about a jump.
static STEADY: LazyLock<Mutex<Steady>> = LazyLock::new(|| Mutex::new(Steady::new(wall_ms(), running())));

impl SystemClock {
    /// The machine's clock, ready to be passed around.
    #[must_use]
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        // A panic elsewhere cannot leave it half written: it does not panic.
        let mut steady = STEADY.lock().unwrap_or_else(PoisonError::into_inner);
        let (now_ms, jump_ms) = steady.read(wall_ms(), running());
        drop(steady);
        if let Some(jump_ms) = jump_ms {
            tracing::warn!(
                clock.jump_ms = jump_ms,
                "the system clock was set; using the new time from now on"
            );
        }
        now_ms
    }
}

pub(super) fn running() -> Duration {
    STARTED.elapsed()
}

fn wall_ms() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where time comes in"
    )]
    let now = SystemTime::now();
    // A clock set before 1970 reads as the epoch rather than as an error that no caller could handle.
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
