//! Carries the events of a source to a handler that writes into another database.

mod batch;
mod divergence;
mod failure;
mod options;
mod progress;
mod retry;
mod status;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use divergence::Divergence;
pub use options::{Backoff, RelayOptions};
use progress::Progress;
pub use status::{DeadLetter, RelayStatus, Undelivered, dead_letters, replay, status, undelivered};

use crate::{ApplyError, Database, Event, EventSource, RelayError, Transaction};

/// A consumer's reaction to the events of one source.
pub trait Handler: Send + Sync + 'static {
    /// The subjects that it consumes. The cursor advances past all others without a call.
    fn subjects(&self) -> &[&'static str];

    /// Writes the effect of an event. The transaction also holds the cursor, so the effect and the fact that it was made commit
    /// together or not at all; it may be called again for an event whose transaction was rolled back.
    ///
    /// A handler that gets a database error must return it: SQLite may have rolled back automatically, and then nothing that it
    /// writes afterwards belongs to the transaction.
    ///
    /// # Errors
    /// [`ApplyError::Rejected`], a broken constraint or any other fault of the event puts it into the retry queue, and
    /// [`ApplyError::Malformed`] makes it a dead letter at once. A
    /// failure of the database makes the relay retry the whole batch.
    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>>;

    /// Writes the effects of several events, in their order. If it fails, each of them is applied by itself, in a transaction of its own.
    ///
    /// # Errors
    /// As [`Handler::apply`].
    fn apply_all<'t>(
        &'t self,
        tx: &'t mut Transaction,
        events: &'t [Event],
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            for event in events {
                self.apply(tx, event).await?;
            }
            Ok(())
        })
    }
}

/// Delivers the events of a source to a consumer, starting at the consumer's cursor.
///
/// A second relay of the same source and consumer does no harm: whichever advances the cursor first wins, and the other one's
/// transaction is rolled back.
#[derive(Clone)]
pub struct Relay {
    source: EventSource,
    consumer: Database,
    handler: Arc<dyn Handler>,
    options: RelayOptions,
}

/// The result of one pass.
struct Round {
    /// How many events were delivered or retried.
    events: usize,
    /// There may be more to do at once.
    has_more: bool,
}

impl Relay {
    /// A relay from `source` to `handler`, which writes into `consumer`.
    #[must_use]
    pub fn new(
        source: impl Into<EventSource>,
        consumer: Database,
        handler: impl Handler,
        options: RelayOptions,
    ) -> Self {
        Self {
            source: source.into(),
            consumer,
            handler: Arc::new(handler),
            options,
        }
    }

    /// Delivers everything pending; returns the number of events delivered or retried.
    ///
    /// # Errors
    /// When a database fails, another relay advanced the cursor, or the source does not have the events that the cursor has
    /// passed. Everything up to there is committed, and the rest stays pending.
    pub async fn deliver_pending(&self) -> Result<usize, RelayError> {
        let (mut events, mut progress) = (0, Progress::default());
        loop {
            let round = self.round(&mut progress).await?;
            events += round.events;
            if !round.has_more {
                return Ok(events);
            }
        }
    }

    /// Makes a pass whenever the source commits events, after [`RelayOptions::linger`] if it is busy, and also every
    /// [`RelayOptions::poll`], until `stop` is cancelled. Work in progress is finished first; a failing database is retried with backoff.
    pub async fn run(self, stop: CancellationToken) {
        let mut newest = self.source.watch();
        let (mut failures, mut progress) = (0, Progress::default());
        let mut linger = Duration::ZERO;
        while !stop.is_cancelled() {
            // Marked as seen before the round reads, so that a commit after the read wakes the wait below.
            newest.mark_unchanged();
            let pause = match self.round(&mut progress).await {
                Ok(round) => {
                    failures = 0;
                    if round.has_more {
                        continue;
                    }
                    let is_busy = round.events > 1;
                    linger = if is_busy {
                        self.options.linger
                    } else {
                        Duration::ZERO
                    };
                    progress.pause(self.options.poll)
                }
                Err(error) => {
                    failures += 1;
                    progress = Progress::default();
                    self.log(&error, failures);
                    self.options.database_backoff.pause(failures)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
                // After a failure the pause counts, however many events arrive in the meantime.
                Ok(()) = newest.changed(), if failures == 0 => {
                    if !linger.is_zero() {
                        let _stopped_or_not = tokio::time::timeout(linger, stop.cancelled()).await;
                    }
                }
            }
        }
    }

    /// One pass over the retry queue and one batch of new events.
    async fn round(&self, progress: &mut Progress) -> Result<Round, RelayError> {
        // The batch first: a source that does not belong to this consumer is detected before anything is applied.
        let batch = self.read_batch(progress).await?;
        let retried = self.retry_due_if_time(progress).await?;
        let delivered = self.deliver_batch(batch, progress).await?;
        let has_more = retried > 0 || delivered >= self.options.batch_size();
        Ok(Round {
            events: retried + delivered,
            has_more,
        })
    }

    fn handles(&self, event: &Event) -> bool {
        self.handler.subjects().contains(&event.subject.as_str())
    }

    /// The span of a delivery of so many events from one on. It costs nothing unless a filter asks for it.
    fn span(&self, first: &Event, events: usize) -> tracing::Span {
        tracing::debug_span!(
            "delivery",
            relay.source = self.source.name(),
            relay.consumer = self.consumer.name(),
            event.sequence = first.sequence,
            event.aggregate_id = first.aggregate_id,
            events,
        )
    }

    fn log(&self, error: &RelayError, failures: u32) {
        if let RelayError::Diverged(divergence) = error {
            tracing::error!(
                relay.source = self.source.name(),
                relay.consumer = self.consumer.name(),
                relay.failures = failures,
                error = %divergence,
                "relay stopped: source and consumer have diverged"
            );
            return;
        }
        tracing::warn!(
            relay.source = self.source.name(),
            relay.consumer = self.consumer.name(),
            relay.failures = failures,
            %error,
            "a relay failed and will retry"
        );
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay")
            .field("source", &self.source)
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}
