//! New events: a whole batch in one transaction, or one by one when an event among them fails.

use std::sync::Arc;

use tracing::Instrument;

use super::Relay;
use super::failure::{self, EventFailure, Failure};
use super::progress::Progress;
use crate::metrics::{count, observation};
use crate::store::cursors::{self, Cursor};
use crate::store::retry_queue;
use crate::{DatabaseError, Divergence, Event, RelayError, Step, Transaction};

/// The next pending events of a consumer, as many as go into one transaction.
pub(super) struct Batch {
    /// The cursor's position.
    from: i64,
    events: Arc<[Event]>,
}

impl Relay {
    /// Reads the next batch after the cursor, in one read from the event at the cursor: if the source lacks it or has
    /// another one there, nothing of this source may be delivered. Once that is known to be right, the events alone are read.
    pub(super) async fn read_batch(&self, progress: &Progress) -> Result<Batch, RelayError> {
        if let Some(from) = progress.position() {
            let events = self.source.after(from, self.options.batch_size()).await?.into();
            return Ok(Batch { from, events });
        }
        let cursor = cursors::load(self.consumer.background_reader(), self.source.name()).await?;
        let from = cursor.position;
        if from == 0 {
            let events = self.source.after(0, self.options.batch_size()).await?.into();
            return Ok(Batch { from, events });
        }
        let limit = self.options.batch_size() + 1;
        let mut events = self.source.after(from - 1, limit).await?;
        let pending = events.split_off(events.len().min(1));
        let last = events.pop().filter(|event| event.sequence == from);
        let Some(last) = last.filter(|event| cursor.is_at(&event.id)) else {
            return Err(self.diverged(cursor).await?);
        };
        if cursor.last_event_id.is_none() {
            self.backfill_cursor_event_id(last).await?;
        }
        Ok(Batch {
            from,
            events: pending.into(),
        })
    }

    async fn diverged(&self, cursor: Cursor) -> Result<RelayError, DatabaseError> {
        let head = self.source.stored_head().await?;
        Ok(RelayError::Diverged(Divergence {
            source_name: self.source.name(),
            consumer_name: self.consumer.name(),
            position: cursor.position,
            head,
        }))
    }

    async fn backfill_cursor_event_id(&self, at: Event) -> Result<(), DatabaseError> {
        let source = self.source.name();
        self.consumer
            .write(move |tx| {
                Box::pin(async move { cursors::backfill_event_id(tx.connection(), source, &at).await })
            })
            .await
    }

    /// Delivers a batch. Returns how many events.
    pub(super) async fn deliver_batch(
        &self,
        batch: Batch,
        progress: &mut Progress,
    ) -> Result<usize, RelayError> {
        let Batch { from, events } = batch;
        let Some(last) = events.last() else {
            return Ok(0);
        };
        self.options.observer.reached(Step::BatchRead);
        match self.deliver(from, Arc::clone(&events)).await {
            Ok(()) => {}
            Err(Failure::Relay(error)) => return Err(error),
            // It is not known which event failed. Most batches have no failing one, and pay nothing for finding out.
            Err(Failure::Event(_)) => {
                progress.queued();
                self.deliver_one_by_one(from, &events).await?;
            }
        }
        progress.advanced(last.sequence);
        Ok(events.len())
    }

    /// Each event in its own transaction, so that a failing one does not affect the others.
    async fn deliver_one_by_one(&self, mut position: i64, events: &[Event]) -> Result<(), RelayError> {
        for event in events {
            match self.deliver(position, Arc::new([event.clone()])).await {
                Ok(()) => {}
                Err(Failure::Relay(error)) => return Err(error),
                Err(Failure::Event(failure)) => self.queue(position, event, failure).await?,
            }
            position = event.sequence;
        }
        Ok(())
    }

    /// Events in order, and the cursor after the last of them, in one transaction.
    async fn deliver(&self, from: i64, events: Arc<[Event]>) -> Result<(), Failure> {
        let (relay, size) = (self.clone(), events.len());
        let applied = self
            .consumer
            .write(move |tx| Box::pin(async move { relay.deliver_within(tx, from, &events).await }))
            .await?;
        self.options.metrics.batch.observe(observation(size));
        self.options.metrics.delivered.inc_by(count(applied));
        self.options.observer.reached(Step::Committed);
        Ok(())
    }

    /// Returns how many events were applied.
    async fn deliver_within(
        &self,
        tx: &mut Transaction,
        from: i64,
        events: &[Event],
    ) -> Result<usize, Failure> {
        self.options.observer.reached(Step::TransactionBegun);
        let waiting = retry_queue::aggregates(tx.connection(), self.source.name()).await?;
        let mut applicable = Vec::with_capacity(events.len());
        for event in events.iter().filter(|event| self.handles(event)) {
            if waiting.contains(&event.aggregate_id) {
                retry_queue::insert_event(tx.connection(), self.source.name(), event).await?;
                self.options.observer.reached(Step::EventQueued);
            } else {
                applicable.push(event.clone());
            }
        }
        if let Some(first) = applicable.first() {
            let applying = failure::apply_all(&*self.handler, tx, &applicable);
            applying.instrument(self.span(first, applicable.len())).await?;
            for _ in &applicable {
                self.options.observer.reached(Step::EventApplied);
            }
        }
        if let Some(last) = events.last() {
            self.advance_cursor(tx, from, last)
                .await
                .map_err(Failure::Relay)?;
        }
        Ok(applicable.len())
    }

    /// Puts a failed event into the retry queue, as the first of its aggregate, and advances past it.
    async fn queue(&self, from: i64, event: &Event, failure: EventFailure) -> Result<(), RelayError> {
        let relay = self.clone();
        let event = event.clone();
        self.consumer
            .write(move |tx| Box::pin(async move { relay.queue_within(tx, from, &event, &failure).await }))
            .await?;
        self.options.metrics.failed_attempts.inc();
        self.options.observer.reached(Step::Committed);
        Ok(())
    }

    async fn queue_within(
        &self,
        tx: &mut Transaction,
        from: i64,
        event: &Event,
        failure: &EventFailure,
    ) -> Result<(), RelayError> {
        let now_ms = tx.now_ms();
        let source = self.source.name();
        let attempt = self.failed_attempt(0, now_ms, failure);
        self.log_attempt(event, &attempt);
        retry_queue::insert_aggregate(tx.connection(), source, &event.aggregate_id, &attempt, now_ms).await?;
        retry_queue::insert_event(tx.connection(), source, event).await?;
        self.options.observer.reached(Step::EventQueued);
        self.advance_cursor(tx, from, event).await
    }

    async fn advance_cursor(&self, tx: &mut Transaction, from: i64, to: &Event) -> Result<(), RelayError> {
        let now_ms = tx.now_ms();
        let source = self.source.name();
        if !cursors::advance(tx.connection(), source, from, to, now_ms).await? {
            return Err(RelayError::CursorMoved { source_name: source });
        }
        self.options.observer.reached(Step::CursorAdvanced);
        Ok(())
    }
}
