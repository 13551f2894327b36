//! New events: a whole batch in one transaction, or one by one when an event among them fails.

use std::sync::Arc;

use super::Relay;
use super::failure::{self, Failure};
use crate::store::{self, aside, cursors};
use crate::{Event, RelayError, Step, Transaction};

impl Relay {
    /// Passes the next batch of events after the cursor. Gives how many.
    pub(super) async fn next_batch(&self) -> Result<usize, RelayError> {
        let position = cursors::position(self.consumer.internal_reader(), self.source.name()).await?;
        let limit = self.options.batch_size();

        let events: Arc<[Event]> = store::events::after(self.source.internal_reader(), position, limit)
            .await?
            .into();
        if events.is_empty() {
            return Ok(0);
        }
        self.options.observer.reached(Step::BatchRead);
        match self.pass(position, Arc::clone(&events)).await {
            Ok(()) => {}
            Err(Failure::Relay(error)) => return Err(error),
            // It is not known which event. Most batches have none that fails, and pay nothing for finding out.
            Err(Failure::Event(_)) => self.pass_one_by_one(position, &events).await?,
        }
        Ok(events.len())
    }

    /// Each event in a transaction of its own, so that a failing one takes no other with it.
    async fn pass_one_by_one(&self, mut position: i64, events: &[Event]) -> Result<(), RelayError> {
        for event in events {
            match self.pass(position, Arc::new([event.clone()])).await {
                Ok(()) => {}
                Err(Failure::Relay(error)) => return Err(error),
                Err(Failure::Event(reason)) => self.set_aside(position, event, reason).await?,
            }
            position = event.sequence;
        }
        Ok(())
    }

    /// Events in order, and the cursor behind the last of them, in one transaction.
    async fn pass(&self, from: i64, events: Arc<[Event]>) -> Result<(), Failure> {
        let relay = self.clone();
        self.consumer
            .write(move |tx| Box::pin(async move { relay.pass_within(tx, from, &events).await }))
            .await?;
        self.options.observer.reached(Step::Committed);
        Ok(())
    }

    async fn pass_within(&self, tx: &mut Transaction, from: i64, events: &[Event]) -> Result<(), Failure> {
        self.options.observer.reached(Step::TransactionBegun);
        let waiting = aside::aggregates(tx.connection(), self.source.name()).await?;
        let mut last = from;
        for event in events {
            last = event.sequence;
            if !self.handles(event) {
                continue;
            }
            if waiting.contains(&event.aggregate_id) {
                aside::enqueue(tx.connection(), self.source.name(), event).await?;
                self.options.observer.reached(Step::EventSetAside);
            } else {
                failure::apply(&*self.handler, tx, event).await?;
                self.options.observer.reached(Step::EventApplied);
            }
        }
        self.move_cursor(tx, from, last).await.map_err(Failure::Relay)
    }

    /// Sets the aggregate of a failed event aside, with the event as the first that waits, and passes it.
    async fn set_aside(&self, from: i64, event: &Event, reason: String) -> Result<(), RelayError> {
        let relay = self.clone();
        let event = event.clone();
        self.consumer
            .write(move |tx| Box::pin(async move { relay.set_aside_within(tx, from, &event, &reason).await }))
            .await?;
        self.options.observer.reached(Step::Committed);
        Ok(())
    }

    async fn set_aside_within(
        &self,
        tx: &mut Transaction,
        from: i64,
        event: &Event,
        reason: &str,
    ) -> Result<(), RelayError> {
        let now_ms = tx.now_ms();
        let source = self.source.name();
        let attempt = self.failed_attempt(0, now_ms, reason);
        self.log_attempt(event, &attempt);
        aside::insert(tx.connection(), source, &event.aggregate_id, &attempt, now_ms).await?;
        aside::enqueue(tx.connection(), source, event).await?;
        self.options.observer.reached(Step::EventSetAside);
        self.move_cursor(tx, from, event.sequence).await
    }

    async fn move_cursor(&self, tx: &mut Transaction, from: i64, to: i64) -> Result<(), RelayError> {
        let now_ms = tx.now_ms();
        let source = self.source.name();
        if !cursors::move_on(tx.connection(), source, from, to, now_ms).await? {
            return Err(RelayError::CursorMoved { source_name: source });
        }
        self.options.observer.reached(Step::CursorMoved);
        Ok(())
    }
}
