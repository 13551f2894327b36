//! How long a request waits for its turn.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::turn::Turn;

/// The pause between two measurements.
const INTERVAL: Duration = Duration::from_millis(10);

/// The wait from which on the server is behind. It is most of what a request takes then.
const LIMIT: Duration = Duration::from_millis(75);

/// How many measurements in a row have to be above the limit: a burst that is over sooner is served.
const PATIENCE: u32 = 3;

/// After how many measurements in a row below the limit the overload is over. Until then no burst is served in full: it is more of
/// the same load.
const CALM: u32 = 100;

/// The fewest tasks that make a queue: one per connection, besides some fifty of the server itself. With fewer, it is other programs
/// that keep the processor from this one, and to refuse requests would not help.
const FEWEST_TASKS: usize = 200;

/// Whether the queue of what has arrived stands: everything in it waits for longer than it should, and not only for a moment.
///
/// A task measures it by sending itself a byte, which waits like a request. Clones are handles to the same measurement.
#[derive(Debug, Clone)]
pub struct Backlog(Arc<Measurement>);

#[derive(Debug)]
struct Measurement {
    start: Instant,
    /// Since when the measuring task has been waiting, in microseconds after the start; 0 while it does not.
    waiting_since: AtomicU64,
    is_overloaded: AtomicBool,
}

impl Default for Backlog {
    fn default() -> Self {
        Self(Arc::new(Measurement {
            start: Instant::now(),
            waiting_since: AtomicU64::new(0),
            is_overloaded: AtomicBool::new(false),
        }))
    }
}

impl Backlog {
    /// Whether the next request should be refused: the server is overloaded, and what is in the queue already takes long enough. The
    /// wait that has not ended yet counts, or a full queue would be served before it is known to be one.
    #[must_use]
    pub fn is_standing(&self) -> bool {
        self.0.is_overloaded.load(Ordering::Relaxed) && self.0.wait() > LIMIT
    }

    /// Measures until it is stopped.
    pub async fn watch(self, stop: CancellationToken) {
        if let Err(error) = self.measure(stop).await {
            tracing::error!(%error, "cannot measure how long requests wait: none is refused because of it");
        }
    }

    async fn measure(&self, stop: CancellationToken) -> io::Result<()> {
        let mut turn = Turn::new()?;
        let mut overload = Overload::default();
        while stop
            .run_until_cancelled(tokio::time::sleep(INTERVAL))
            .await
            .is_some()
        {
            let wait = self.0.measure(&mut turn).await?;
            let has_queue = Handle::current().metrics().num_alive_tasks() >= FEWEST_TASKS;
            let is_overloaded = overload.measured(wait, has_queue);
            if self.0.is_overloaded.swap(is_overloaded, Ordering::Relaxed) != is_overloaded {
                report(is_overloaded);
            }
        }
        Ok(())
    }
}

impl Measurement {
    async fn measure(&self, turn: &mut Turn) -> io::Result<Duration> {
        let ready = self.start.elapsed();
        self.waiting_since.store(micros(ready).max(1), Ordering::Relaxed);
        let came = turn.wait().await;
        self.waiting_since.store(0, Ordering::Relaxed);
        came.map(|()| self.start.elapsed().saturating_sub(ready))
    }

    /// For how long the measuring task has been waiting; zero if it does not.
    fn wait(&self) -> Duration {
        match self.waiting_since.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            since => self.start.elapsed().saturating_sub(Duration::from_micros(since)),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn report(is_overloaded: bool) {
    if is_overloaded {
        tracing::warn!("overloaded: refusing requests");
    } else {
        tracing::info!("no longer overloaded");
    }
}

/// Begins after some long waits in a row, and ends after many short ones.
#[derive(Debug, Default)]
struct Overload {
    long_waits: u32,
    short_waits: u32,
    is_on: bool,
}

impl Overload {
    fn measured(&mut self, wait: Duration, has_queue: bool) -> bool {
        if wait > LIMIT {
            self.long_waits = self.long_waits.saturating_add(1);
            self.short_waits = 0;
        } else {
            self.long_waits = 0;
            self.short_waits = self.short_waits.saturating_add(1);
        }
        let lasts = self.is_on && self.short_waits < CALM;
        self.is_on = has_queue && (lasts || self.long_waits >= PATIENCE);
        self.is_on
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    const LONG: Duration = Duration::from_millis(76);

    #[test]
    fn burst_is_no_overload() {
        let mut overload = Overload::default();
        for _ in 0..10 {
            assert_eq!([LONG; 2].map(|wait| overload.measured(wait, true)), [false; 2]);
            assert!(!overload.measured(LIMIT, true));
        }
    }

    #[test]
    fn queue_that_stands_is() {
        let mut overload = Overload::default();
        let waits = [LONG; 4].map(|wait| overload.measured(wait, true));
        assert_eq!(waits, [false, false, true, true]);
    }

    #[test]
    fn overload_ends_after_a_second_of_short_waits() {
        let mut overload = Overload::default();
        for _ in 0..PATIENCE {
            overload.measured(LONG, true);
        }
        for _ in 1..CALM {
            assert!(overload.measured(LIMIT, true));
        }
        assert!(!overload.measured(LIMIT, true));
    }

    #[test]
    fn long_waits_of_a_few_tasks_are_no_overload() {
        let mut overload = Overload::default();
        assert_eq!([LONG; 9].map(|wait| overload.measured(wait, false)), [false; 9]);
    }

    #[test]
    fn overload_ends_when_few_tasks_are_left() {
        let mut overload = Overload::default();
        for _ in 0..PATIENCE {
            overload.measured(LONG, true);
        }
        assert!(!overload.measured(LONG, false));
    }

    /// A task that keeps the processor busy, as rendering does, for a millisecond at a time.
    async fn busy(stop: CancellationToken) {
        while !stop.is_cancelled() {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(1) {
                std::hint::spin_loop();
            }
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn measurement_sees_tasks_that_keep_the_processor_busy() {
        let backlog = Backlog::default();
        let stop = CancellationToken::new();
        let watching = tokio::spawn(backlog.clone().watch(stop.clone()));
        let load: Vec<_> = (0..FEWEST_TASKS)
            .map(|_| tokio::spawn(busy(stop.clone())))
            .collect();
        while !backlog.is_standing() {
            yield_now().await;
        }
        for task in load {
            task.abort();
        }
        while backlog.is_standing() {
            tokio::time::sleep(INTERVAL).await;
        }
        stop.cancel();
        watching.await.unwrap();
    }
}
