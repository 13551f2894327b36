//! Time that has certainly passed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::{Database, Transaction};
use crate::{DatabaseError, SharedClock, store};

/// How much of the running time may be lost when a process ends.
const SAVE_INTERVAL: Duration = Duration::from_mins(1);

/// For how long processes have been running with a file: the value recorded when it was opened, and the time since.
#[derive(Debug)]
pub(super) struct RunningTime {
    /// The running time minus the clock's running time, both when the database was opened, or when another process was seen to be ahead.
    offset_ms: AtomicI64,
    saved_ms: AtomicI64,
}

impl RunningTime {
    pub(super) fn new(saved_ms: i64, clock: &SharedClock) -> Self {
        Self {
            offset_ms: AtomicI64::new(saved_ms.saturating_sub(millis(clock.running()))),
            saved_ms: AtomicI64::new(saved_ms),
        }
    }

    pub(super) fn now_ms(&self, clock: &SharedClock) -> i64 {
        self.offset_ms
            .load(Ordering::Relaxed)
            .saturating_add(millis(clock.running()))
    }

    /// Another process has saved a running time. This one's is at least that.
    pub(super) fn catch_up(&self, saved_ms: i64, clock: &SharedClock) {
        let offset_ms = saved_ms.saturating_sub(millis(clock.running()));
        self.offset_ms.fetch_max(offset_ms, Ordering::Relaxed);
        self.saved_ms.fetch_max(saved_ms, Ordering::Relaxed);
    }
}

impl Database {
    /// For how long processes have been running with this file open, in milliseconds.
    ///
    /// It is time that has certainly passed: setting a clock does not change it, and it continues after a restart. It is less than
    /// all the time that has passed, for nothing counts while no process runs, and a minute is lost when one is killed. So
    /// irreversible steps (removing a recorded reply, treating something as over although the
    /// clock disagrees) wait for it.
    #[must_use]
    pub fn running_time_ms(&self) -> i64 {
        self.inner.running_time.now_ms(&self.inner.clock)
    }

    /// Saves the running time within a transaction, if that was not done for a while.
    pub(super) async fn save_running_time(&self, transaction: &mut Transaction) -> Result<(), DatabaseError> {
        let (running_time, running_time_ms) = (&self.inner.running_time, transaction.running_time_ms());
        if running_time_ms.saturating_sub(running_time.saved_ms.load(Ordering::Relaxed))
            < millis(SAVE_INTERVAL)
        {
            return Ok(());
        }
        store::running_time::save(transaction.connection(), running_time_ms).await?;
        // If the commit fails, it is saved with a later write.
        running_time.saved_ms.store(running_time_ms, Ordering::Relaxed);
        Ok(())
    }

    /// Writes the running time down when the database is closed, so that only a process that is killed loses any.
    pub(super) async fn save_running_time_on_close(&self) -> Result<(), DatabaseError> {
        let mut connection = self.inner.backend.begin().await?;
        store::running_time::save(&mut connection, self.running_time_ms()).await?;
        Ok(connection.commit().await?)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
