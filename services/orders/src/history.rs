//! What has happened to an order, told from its events.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderStatus, Timestamp};
use event_log::Event;

use crate::{Order, OrdersError};

/// Something that happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happened,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It was reserved.
    Reserved,
    /// Its buyer started to pay.
    PaymentStarted,
    /// It was paid: the ticket is the buyer's.
    Paid,
    /// Money came too late, and goes back.
    PaymentRejected,
    /// It was cancelled.
    Cancelled(CancelReason),
}

/// The history of an order as of an instant. Each entry has the instant at which it happened, which may be before the one at
/// which it was written down: a deadline that has passed is told of, written down or not, and money when the provider took it.
/// An expiry is not told of where it turned out that the order had been paid by then.
pub(crate) fn read(
    events: &[Event],
    order: &Order,
    now: Timestamp,
) -> Result<Vec<HistoryEntry>, OrdersError> {
    let mut entries = events
        .iter()
        .map(|event| {
            let what = what(event)?;
            let written_at = Timestamp::from_millis(event.occurred_at_ms);
            let at = match what {
                Happened::Cancelled(CancelReason::Expired) => written_at.min(order.expires_at),
                Happened::Paid => order.purchase.map_or(written_at, |purchase| purchase.at),
                _ => written_at,
            };
            Ok(HistoryEntry { at, what })
        })
        .collect::<Result<Vec<_>, OrdersError>>()?;
    if order
        .purchase
        .is_some_and(|purchase| order.is_on_time(purchase.at))
    {
        entries.retain(|entry| entry.what != Happened::Cancelled(CancelReason::Expired));
    }
    let is_written = matches!(
        entries.last().map(|entry| entry.what),
        Some(Happened::Cancelled(_) | Happened::Paid)
    );
    if order.has_run_out(now) && !is_written {
        entries.push(HistoryEntry {
            at: order.expires_at,
            what: Happened::Cancelled(CancelReason::Expired),
        });
    }
    Ok(entries)
}

fn what(event: &Event) -> Result<Happened, OrdersError> {
    let corrupt = |reason: String| OrdersError::Corrupt {
        id: event.aggregate_id.clone(),
        reason,
    };
    match event.subject.as_str() {
        OrderCreated::SUBJECT => Ok(Happened::Reserved),
        OrderUpdated::SUBJECT => {
            let event = event
                .decode::<OrderUpdated>()
                .map_err(|error| corrupt(error.to_string()))?;
            Ok(match event.status {
                OrderStatus::Complete => Happened::Paid,
                _ => Happened::PaymentStarted,
            })
        }
        OrderPaymentRejected::SUBJECT => Ok(Happened::PaymentRejected),
        OrderCancelled::SUBJECT => {
            let event = event
                .decode::<OrderCancelled>()
                .map_err(|error| corrupt(error.to_string()))?;
            Ok(Happened::Cancelled(event.reason))
        }
        other => Err(corrupt(format!("an event {other}"))),
    }
}
