//! The changes that a page has missed between its rendering and its subscription.

use app::LogPosition;
use event_log::{Event, EventSource};

use super::follow::{order_change, ticket_change};
use super::holds::Holds;
use super::payments::payment_change;
use super::{ChangeSource, EventLog, Feed, Notification};

/// How many events of one log a reader may be behind. Reloading the page costs less than replaying more.
const LIMIT: i64 = 500;

/// A reader is too far behind.
#[derive(Debug, thiserror::Error)]
#[error("the position cannot be resumed from")]
pub(super) struct TooFarBehind;

/// The changes after that position, log by log.
///
/// # Errors
/// When the position is too old, or newer than the logs: the reader has to reload its page.
pub(super) async fn since(position: LogPosition, feed: &Feed) -> Result<Vec<Notification>, TooFarBehind> {
    let sources = &feed.sources;
    let mut missed = Vec::new();
    for event in events(&sources.tickets, position.tickets).await? {
        missed.extend(ticket_change(&event).map(|change| Notification {
            change,
            source: ChangeSource::Event(EventLog::Tickets, event.sequence),
        }));
    }
    // The holds of a reader start empty: an order's event says enough about its own order here.
    let mut holds = Holds::default();
    for event in events(&sources.orders, position.orders).await? {
        missed.extend(order_change(&mut holds, &event).map(|change| Notification {
            change,
            source: ChangeSource::Event(EventLog::Orders, event.sequence),
        }));
    }
    for event in events(&sources.payments, position.payments).await? {
        let change = payment_change(&feed.payments, &event).await;
        let change = change.map_err(|error| unreadable(&error))?;
        missed.extend(change.map(|change| Notification {
            change,
            source: ChangeSource::Event(EventLog::Payments, event.sequence),
        }));
    }
    let deadlines = feed.deadlines.after(position.at).ok_or(TooFarBehind)?;
    missed.extend(deadlines.into_iter().map(|(deadline, change)| Notification {
        change,
        source: ChangeSource::Deadline(deadline),
    }));
    Ok(missed)
}

async fn events(source: &EventSource, after: i64) -> Result<Vec<Event>, TooFarBehind> {
    let newest = source.head();
    if after > newest || newest - after > LIMIT {
        return Err(TooFarBehind);
    }
    let mut tail = source.tail(after);
    let mut events = Vec::new();
    while tail.position() < newest {
        let batch = tail.pending_batch().await.map_err(|error| unreadable(&error))?;
        if batch.is_empty() {
            break;
        }
        events.extend(batch);
    }
    Ok(events)
}

fn unreadable(error: &(dyn std::error::Error + 'static)) -> TooFarBehind {
    tracing::warn!(
        error,
        "the live feed could not read the changes that a page missed"
    );
    TooFarBehind
}
