//! The retry queue: events are tried again in order, with growing pauses, until they are applied or become dead letters.

use tracing::Instrument;

use super::Relay;
use super::failure::{self, EventFailure, Failure};
use super::progress::Progress;
use crate::store::retry_queue::{self, Attempt};
use crate::{Event, RelayError, Step, Transaction};

/// How many aggregates are retried in one pass, so that new events never wait long for them.
const AGGREGATES_PER_ROUND: i64 = 64;

/// The result of an attempt.
enum Outcome {
    /// Applied, and another event of the aggregate waits.
    MoreWaiting,
    /// Applied, and the aggregate is unblocked.
    NoneWaiting,
    /// There was nothing to do.
    Nothing,
}

impl Relay {
    /// Retries the aggregates that are due, if it is time to look for them. Returns how many.
    pub(super) async fn retry_due_if_time(&self, progress: &mut Progress) -> Result<usize, RelayError> {
        if !progress.looks_for_due(self.options.poll) {
            return Ok(0);
        }
        let retried = self.retry_due().await?;
        progress.looked(retried);
        Ok(retried)
    }

    async fn retry_due(&self) -> Result<usize, RelayError> {
        let now_ms = self.consumer.clock().now_ms();
        let longest_pause = i64::try_from(self.options.event_backoff.longest.as_millis()).unwrap_or(i64::MAX);
        let due = retry_queue::due(
            self.consumer.background_reader(),
            self.source.name(),
            now_ms,
            now_ms.saturating_add(longest_pause),
            AGGREGATES_PER_ROUND,
        )
        .await?;
        for aggregate_id in &due {
            self.retry(aggregate_id).await?;
        }
        Ok(due.len())
    }

    /// Applies the waiting events of an aggregate in order, each in its own transaction, until one fails or none waits.
    async fn retry(&self, aggregate_id: &str) -> Result<(), RelayError> {
        loop {
            let relay = self.clone();
            let id = aggregate_id.to_owned();
            let outcome = self
                .consumer
                .write(move |tx| Box::pin(async move { relay.apply_first_waiting(tx, &id).await }))
                .await;
            match outcome {
                Ok(outcome) => {
                    self.options.observer.reached(Step::Committed);
                    if !matches!(outcome, Outcome::Nothing) {
                        self.options.metrics.delivered.inc();
                    }
                    if !matches!(outcome, Outcome::MoreWaiting) {
                        return Ok(());
                    }
                }
                Err(Failure::Relay(error)) => return Err(error),
                Err(Failure::Event(failure)) => return self.record_failure(aggregate_id, failure).await,
            }
        }
    }

    async fn apply_first_waiting(
        &self,
        tx: &mut Transaction,
        aggregate_id: &str,
    ) -> Result<Outcome, Failure> {
        self.options.observer.reached(Step::TransactionBegun);
        let source = self.source.name();
        let Some(event) = retry_queue::first_waiting(tx.connection(), source, aggregate_id).await? else {
            return Ok(Outcome::Nothing);
        };
        if self.handles(&event) {
            let applying = failure::apply(&*self.handler, tx, &event);
            applying.instrument(self.span(&event, 1)).await?;
        }
        retry_queue::remove(tx.connection(), source, &event).await?;
        self.options.observer.reached(Step::EventRetried);
        if retry_queue::release_if_empty(tx.connection(), source, aggregate_id).await? {
            return Ok(Outcome::NoneWaiting);
        }
        // The next event starts with a full set of attempts.
        let fresh = Attempt {
            attempts: 0,
            next_attempt_at_ms: tx.now_ms(),
            is_dead_letter: false,
            error: "",
        };
        retry_queue::record(tx.connection(), source, aggregate_id, &fresh).await?;
        Ok(Outcome::MoreWaiting)
    }

    async fn record_failure(&self, aggregate_id: &str, failure: EventFailure) -> Result<(), RelayError> {
        let relay = self.clone();
        let id = aggregate_id.to_owned();
        self.consumer
            .write(move |tx| Box::pin(async move { relay.record_failure_within(tx, &id, &failure).await }))
            .await?;
        self.options.metrics.failed_attempts.inc();
        self.options.observer.reached(Step::Committed);
        Ok(())
    }

    async fn record_failure_within(
        &self,
        tx: &mut Transaction,
        aggregate_id: &str,
        failure: &EventFailure,
    ) -> Result<(), RelayError> {
        let source = self.source.name();
        // Another relay may have handled it in the meantime.
        let Some(event) = retry_queue::first_waiting(tx.connection(), source, aggregate_id).await? else {
            return Ok(());
        };
        let before = retry_queue::attempts(tx.connection(), source, aggregate_id).await?;
        let attempt = self.failed_attempt(before, tx.now_ms(), failure);
        self.log_attempt(&event, &attempt);
        retry_queue::record(tx.connection(), source, aggregate_id, &attempt).await?;
        self.options.observer.reached(Step::EventQueued);
        Ok(())
    }

    /// The state of an event after one more failure.
    pub(super) fn failed_attempt<'a>(
        &self,
        before: i64,
        now_ms: i64,
        failure: &'a EventFailure,
    ) -> Attempt<'a> {
        let attempts = before + 1;
        let failures = u32::try_from(attempts).unwrap_or(u32::MAX);
        let pause = self.options.event_backoff.pause(failures).as_millis();
        Attempt {
            attempts,
            next_attempt_at_ms: now_ms.saturating_add(i64::try_from(pause).unwrap_or(i64::MAX)),
            is_dead_letter: !failure.is_retryable || failures >= self.options.attempts,
            error: &failure.reason,
        }
    }

    pub(super) fn log_attempt(&self, event: &Event, attempt: &Attempt<'_>) {
        let message = if attempt.is_dead_letter {
            "an event could not be applied and its aggregate is dead-lettered until a replay"
        } else {
            "an event could not be applied and its aggregate waits for the next attempt"
        };
        tracing::warn!(
            relay.source = self.source.name(),
            relay.consumer = self.consumer.name(),
            event.sequence,
            event.id,
            event.subject,
            event.aggregate_id,
            attempt.attempts,
            attempt.error,
            message
        );
    }
}
