//! Relay status for metrics, readiness and operators.

use crate::store::{cursors, dead_letters, retry_queue};
use crate::{Database, DatabaseError, Divergence, Event, EventSource};

/// How far a consumer has followed a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayStatus {
    /// The name of the source database.
    pub source: &'static str,
    /// The name of the consumer database.
    pub consumer: &'static str,
    /// The sequence of the last event that the consumer has handled.
    pub position: i64,
    /// The sequence of the newest event of the source.
    pub head: i64,
    /// How many events lie between them. Meaningless if the two have diverged.
    pub lag: i64,
    /// How many aggregates wait in the retry queue.
    pub retrying: i64,
    /// How many aggregates are dead-lettered until a replay.
    pub dead_lettered: i64,
    /// Set if the source does not have the events that the consumer has consumed.
    pub divergence: Option<Divergence>,
}

/// An event of a dead-lettered aggregate: it is not retried until a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The name of the source database.
    pub source: String,
    /// The event itself.
    pub event: Event,
    /// How often the first waiting event of its aggregate was tried.
    pub attempts: i64,
    /// Why that event failed the last time.
    pub error: String,
    /// When the aggregate was queued, in milliseconds UTC.
    pub queued_at_ms: i64,
}

/// How far `consumer` has followed `source`.
///
/// # Errors
/// When a database cannot be read.
pub async fn status(
    source: impl Into<EventSource>,
    consumer: &Database,
) -> Result<RelayStatus, DatabaseError> {
    let source = source.into();
    // The position first: read the other way round, it could be beyond the head.
    let cursor = cursors::load(consumer.background_reader(), source.name()).await?;
    let head = source.stored_head().await?;
    let found = source.id_at(cursor.position).await?;
    let position = cursor.position;
    let has_diverged = position > 0 && !found.is_some_and(|id| cursor.is_at(&id));
    let divergence = has_diverged.then(|| Divergence {
        source_name: source.name(),
        consumer_name: consumer.name(),
        position,
        head,
    });
    let counts = dead_letters::counts(consumer.background_reader(), source.name()).await?;
    Ok(RelayStatus {
        source: source.name(),
        consumer: consumer.name(),
        position,
        head,
        lag: (head - position).max(0),
        retrying: counts.retrying,
        dead_lettered: counts.dead_lettered,
        divergence,
    })
}

/// Since when a consumer owes events of a source their effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// When the first event after the cursor occurred, in milliseconds UTC; `None` if there is none.
    pub pending_since_ms: Option<i64>,
    /// When the oldest event in the retry queue occurred, dead letters included, in milliseconds UTC; `None` if there is none.
    pub waiting_since_ms: Option<i64>,
}

/// Since when events of `source` are undelivered at `consumer`.
///
/// # Errors
/// When a database cannot be read.
pub async fn undelivered(
    source: impl Into<EventSource>,
    consumer: &Database,
) -> Result<Undelivered, DatabaseError> {
    let source = source.into();
    let cursor = cursors::load(consumer.background_reader(), source.name()).await?;
    let pending = source.first_after(cursor.position).await?;
    let waiting = retry_queue::oldest(consumer.background_reader(), source.name()).await?;
    Ok(Undelivered {
        pending_since_ms: pending,
        waiting_since_ms: waiting,
    })
}

/// The dead letters of `consumer`, by source and aggregate, in the order in which they will be applied.
///
/// # Errors
/// When the database cannot be read.
pub async fn dead_letters(consumer: &Database) -> Result<Vec<DeadLetter>, DatabaseError> {
    dead_letters::all(consumer.background_reader()).await
}

/// Makes dead-lettered events due again: those of one aggregate, or all of a source with `None`; returns the number of aggregates.
///
/// The relay retries them in its next pass, in this process or another one. The events of an aggregate are applied in order, and the
/// first of them starts with a full set of attempts.
///
/// # Errors
/// When the database cannot be written.
pub async fn replay(
    consumer: &Database,
    source: &str,
    aggregate_id: Option<&str>,
) -> Result<u64, DatabaseError> {
    let source = source.to_owned();
    let aggregate_id = aggregate_id.map(str::to_owned);
    consumer
        .write(move |tx| {
            Box::pin(async move {
                let now_ms = tx.now_ms();
                dead_letters::release(tx.connection(), &source, aggregate_id.as_deref(), now_ms).await
            })
        })
        .await
}
