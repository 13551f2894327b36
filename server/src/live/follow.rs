//! Follows the event tables of tickets and orders and publishes to the feed.

use std::sync::Arc;
use std::time::Duration;

use contracts::Timestamp;
use contracts::events::{OrderCancelled, OrderCreated, OrderUpdated, TicketCreated, TicketUpdated};
use event_log::{DatabaseError, Event, EventSource, Tail};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::holds::Holds;
use super::{Change, ChangeSource, EventLog, Feed};

/// How long to wait when a table cannot be read.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// The longest sleep towards a deadline: a clock jump is detected within it.
const MAX_SLEEP: Duration = Duration::from_secs(5);

/// The position of a follower. Survives restarts of the follower: an event that crashed it is skipped.
pub(super) type SharedTail = Arc<Mutex<Tail>>;

/// The end of a service's events, to go on from.
pub(super) fn tail_from_newest(events: &EventSource) -> SharedTail {
    Arc::new(Mutex::new(events.tail(events.head())))
}

/// Publishes the events of tickets, until cancelled.
pub(super) async fn follow_tickets(feed: Feed, shared_tail: SharedTail, stop: CancellationToken) {
    let mut tail = shared_tail.lock().await;
    while let Some(batch) = next(&mut tail, &stop).await {
        for event in &batch {
            if let Some(change) = ticket_change(event) {
                feed.publish(change, ChangeSource::Event(EventLog::Tickets, event.sequence));
            }
        }
    }
}

/// The change of a tickets event.
pub(super) fn ticket_change(event: &Event) -> Option<Change> {
    match event.subject.as_str() {
        TicketCreated::SUBJECT => {
            let created: TicketCreated = event.decode().ok()?;
            Some(Change::Listed { id: created.id })
        }
        TicketUpdated::SUBJECT => {
            let updated: TicketUpdated = event.decode().ok()?;
            Some(Change::Ticket {
                id: updated.id,
                is_available: updated.order_id.is_none(),
            })
        }
        _ => None,
    }
}

/// Publishes the events of orders and the deadlines of holds, until cancelled. Holds that began up to `hold` before are known.
pub(super) async fn follow_orders(
    feed: Feed,
    orders: EventSource,
    shared_tail: SharedTail,
    hold: Duration,
    stop: CancellationToken,
) {
    let mut tail = shared_tail.lock().await;
    let mut holds = Holds::default();
    if let Err(error) = load_active_holds(&mut holds, &orders, feed.now().minus(hold)).await {
        tracing::warn!(error = %error, "the live feed could not load the holds from before startup");
    }
    loop {
        let until_deadline = holds.next_deadline().map_or(MAX_SLEEP, |deadline| {
            let millis = deadline.as_millis().saturating_sub(feed.now().as_millis());
            Duration::from_millis(u64::try_from(millis).unwrap_or(0)).min(MAX_SLEEP)
        });
        tokio::select! {
            batch = next(&mut tail, &stop) => {
                let Some(batch) = batch else { return };
                for event in &batch {
                    if let Some(change) = order_change(&mut holds, event) {
                        feed.publish(change, ChangeSource::Event(EventLog::Orders, event.sequence));
                    }
                }
            }
            () = tokio::time::sleep(until_deadline) => {
                for (deadline, change) in holds.expire(feed.now()) {
                    feed.publish(change, ChangeSource::Deadline(deadline));
                }
            }
        }
    }
}

/// Takes in the holds that may still be running: those that began at that instant or later.
async fn load_active_holds(
    holds: &mut Holds,
    orders: &EventSource,
    since: Timestamp,
) -> Result<(), DatabaseError> {
    for subject in [
        OrderCreated::SUBJECT,
        OrderUpdated::SUBJECT,
        OrderCancelled::SUBJECT,
    ] {
        for event in orders.since(subject, since.as_millis()).await? {
            let _known_already = order_change(holds, &event);
        }
    }
    Ok(())
}

/// The change of an orders event, given the active holds, which it also updates.
pub(super) fn order_change(holds: &mut Holds, event: &Event) -> Option<Change> {
    match event.subject.as_str() {
        OrderCreated::SUBJECT => Some(holds.reserved(&event.decode().ok()?)),
        OrderUpdated::SUBJECT => Some(holds.updated(&event.decode().ok()?)),
        OrderCancelled::SUBJECT => {
            let cancelled: OrderCancelled = event.decode().ok()?;
            holds.cancelled(&cancelled)
        }
        _ => None,
    }
}

/// The next events; `None` when it is time to stop.
pub(super) async fn next(tail: &mut Tail, stop: &CancellationToken) -> Option<Vec<Event>> {
    loop {
        let batch = tokio::select! {
            () = stop.cancelled() => return None,
            batch = tail.next_batch() => batch,
        };
        match batch {
            Ok(batch) => return Some(batch),
            Err(error) => {
                tracing::warn!(error = %error, "the live feed could not read events");
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }
}
