//! Carries the events of a source to a handler that writes into another database.

mod batch;
mod divergence;
mod failure;
mod options;
mod retry;
mod status;

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use divergence::Divergence;
pub use options::{Backoff, RelayOptions};
pub use status::{DeadLetter, RelayStatus, dead_letters, replay, status};

use crate::{ApplyError, Database, Event, EventSource, RelayError, Transaction};

/// A consumer's reaction to the events of one source.
pub trait Handler: Send + Sync + 'static {
    /// The subjects that it consumes. The cursor advances past all others without a call.
    fn subjects(&self) -> &[&'static str];

    /// Writes the effect of an event. The transaction also holds the cursor, so the effect and the fact that it was made commit
    /// together or not at all; it may be called again for an event whose transaction was rolled back.
    ///
    /// A handler that meets a database error must give it back: SQLite may have rolled back by itself, and then nothing that it
    /// writes afterwards belongs to the transaction.
    ///
    /// # Errors
    /// [`ApplyError::Rejected`], a broken constraint or any other fault of the event puts it into the retry queue, and
    /// [`ApplyError::Malformed`] makes it a dead letter at once. A
    /// failure of the database lets the relay try the whole batch again.
    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>>;
}

/// Carries the events of a source to a consumer, from the consumer's cursor on.
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

/// What a look at the databases came to.
struct Round {
    /// How many events were delivered or tried again.
    events: usize,
    /// There may be more to do at once.
    more: bool,
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

    /// Delivers all that is pending now. Gives how many events were delivered or tried again.
    ///
    /// # Errors
    /// When a database fails, another relay advanced the cursor, or the source does not have the events that the cursor says were
    /// consumed. Everything up to there is committed, and the rest stays pending.
    pub async fn sweep(&self) -> Result<usize, RelayError> {
        let mut events = 0;
        loop {
            let round = self.round().await?;
            events += round.events;
            if !round.more {
                return Ok(events);
            }
        }
    }

    /// Sweeps whenever the source commits events, and every [`RelayOptions::poll`] besides, until `stop` is cancelled. What is
    /// under way then is finished first. A failing database is tried again with growing pauses.
    pub async fn run(self, stop: CancellationToken) {
        let mut newest = self.source.watch();
        let mut failures = 0;
        while !stop.is_cancelled() {
            // Marked as seen before the round reads, so that a commit after the read wakes the wait below.
            newest.mark_unchanged();
            let pause = match self.round().await {
                Ok(round) => {
                    failures = 0;
                    if round.more {
                        continue;
                    }
                    self.options.poll
                }
                Err(error) => {
                    failures += 1;
                    self.log(&error, failures);
                    self.options.database_backoff.pause(failures)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
                // After a failure the pause counts, however many events arrive meanwhile.
                Ok(()) = newest.changed(), if failures == 0 => {}
            }
        }
    }

    /// One look at the retry queue and one batch of new events.
    async fn round(&self) -> Result<Round, RelayError> {
        // The batch first: a source that does not belong to this consumer is noticed before anything is applied.
        let batch = self.read_batch().await?;
        let retried = self.retry_due().await?;
        let delivered = self.deliver_batch(batch).await?;
        let more = retried > 0 || delivered >= self.options.batch_size();
        Ok(Round {
            events: retried + delivered,
            more,
        })
    }

    fn handles(&self, event: &Event) -> bool {
        self.handler.subjects().contains(&event.subject.as_str())
    }

    fn log(&self, error: &RelayError, failures: u32) {
        if let RelayError::Diverged(divergence) = error {
            tracing::error!(
                relay.source = self.source.name(),
                relay.consumer = self.consumer.name(),
                relay.failures = failures,
                error = %divergence,
                "the relay delivers nothing"
            );
            return;
        }
        tracing::warn!(
            relay.source = self.source.name(),
            relay.consumer = self.consumer.name(),
            relay.failures = failures,
            %error,
            "the relay failed and will try again"
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
