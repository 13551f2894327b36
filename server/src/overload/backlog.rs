//! How long a task that can run has to wait for its turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

/// The pause between two measurements.
const INTERVAL: Duration = Duration::from_millis(10);

/// The wait from which on the server is behind. A request takes its turn a few times, so that this is a fraction of its duration.
const LIMIT: Duration = Duration::from_millis(25);

/// How many measurements in a row have to be above the limit: a burst that is over sooner is served.
const PATIENCE: u32 = 3;

/// The fewest tasks that make a queue: one per connection, besides some fifty of the server itself. With fewer, it is other programs
/// that keep the processor from this one, and to refuse requests would not help.
const FEWEST_TASKS: usize = 200;

/// Whether the queue of the runtime stands: everything in it waits for longer than it should, and not only for a moment.
///
/// A task measures it by taking its turn like all others. Clones are handles to the same measurement.
#[derive(Debug, Clone, Default)]
pub struct Backlog(Arc<AtomicBool>);

impl Backlog {
    /// Whether requests should be refused.
    #[must_use]
    pub fn is_standing(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Measures until it is stopped.
    pub async fn watch(self, stop: CancellationToken) {
        let mut behind = Behind::default();
        while stop
            .run_until_cancelled(tokio::time::sleep(INTERVAL))
            .await
            .is_some()
        {
            let ready = Instant::now();
            // It goes to the end of the queue.
            yield_now().await;
            let wait = ready.elapsed();
            let is_standing =
                behind.measured(wait) && Handle::current().metrics().num_alive_tasks() >= FEWEST_TASKS;
            if self.0.swap(is_standing, Ordering::Relaxed) != is_standing {
                report(is_standing);
            }
        }
    }
}

fn report(is_standing: bool) {
    if is_standing {
        tracing::warn!("overloaded: refusing requests");
    } else {
        tracing::info!("no longer overloaded");
    }
}

/// How many measurements in a row were above the limit.
#[derive(Debug, Default)]
struct Behind(u32);

impl Behind {
    fn measured(&mut self, wait: Duration) -> bool {
        self.0 = if wait > LIMIT { self.0.saturating_add(1) } else { 0 };
        self.0 >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_millis(26);

    #[test]
    fn burst_is_no_overload() {
        let mut behind = Behind::default();
        for _ in 0..10 {
            assert_eq!([LONG; 2].map(|wait| behind.measured(wait)), [false; 2]);
            assert!(!behind.measured(LIMIT));
        }
    }

    #[test]
    fn queue_that_stands_is() {
        let mut behind = Behind::default();
        assert_eq!(
            [LONG; 4].map(|wait| behind.measured(wait)),
            [false, false, true, true]
        );
        assert!(!behind.measured(Duration::ZERO));
    }

    /// A task that keeps the processor busy, as rendering does, for a quarter of a millisecond at a time.
    async fn busy(stop: CancellationToken) {
        while !stop.is_cancelled() {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_micros(250) {
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
