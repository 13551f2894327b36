//! The history of an order, derived from its events.

use contracts::events::{OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated};
use contracts::{CancelReason, OrderStatus, Timestamp};
use event_log::Event;

use crate::domain::Order;
use crate::error::OrdersError;

/// An entry of the history of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryEntry {
    /// When it happened.
    pub at: Timestamp,
    /// The event.
    pub kind: OrderHistoryEvent,
}

/// An event in the history of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderHistoryEvent {
    /// It was reserved.
    Reserved,
    /// Its buyer started to pay.
    PaymentStarted,
    /// It was paid: the ticket is the buyer's.
    Paid,
    /// A payment came too late and is refunded.
    PaymentRejected,
    /// It was cancelled.
    Cancelled(CancelReason),
}

/// The history of an order, as it is stored, as of an instant. Each entry has the instant at which it happened, which may be before the one at
/// which it was recorded: an expiry at its deadline, recorded or not, and a payment when it was charged.
/// An expiry is left out if it turned out that the order had been paid by then.
pub(crate) fn read(
    events: &[Event],
    order: &Order,
    now: Timestamp,
) -> Result<Vec<HistoryEntry>, OrdersError> {
    let mut entries = events
        .iter()
        .map(|event| {
            let kind = kind_of(event)?;
            let recorded_at = Timestamp::from_millis(event.occurred_at_ms);
            let at = match kind {
                OrderHistoryEvent::Cancelled(CancelReason::Expired) => recorded_at.min(order.expires_at),
                OrderHistoryEvent::Paid => order.purchase.map_or(recorded_at, |purchase| purchase.paid_at),
                _ => recorded_at,
            };
            Ok(HistoryEntry { at, kind })
        })
        .collect::<Result<Vec<_>, OrdersError>>()?;
    if order
        .purchase
        .is_some_and(|purchase| order.is_on_time(purchase.paid_at))
    {
        entries.retain(|entry| entry.kind != OrderHistoryEvent::Cancelled(CancelReason::Expired));
    }
    let is_recorded = matches!(
        entries.last().map(|entry| entry.kind),
        Some(OrderHistoryEvent::Cancelled(_) | OrderHistoryEvent::Paid)
    );
    if order.is_expired(now) && !is_recorded {
        entries.push(HistoryEntry {
            at: order.expires_at,
            kind: OrderHistoryEvent::Cancelled(CancelReason::Expired),
        });
    }
    Ok(entries)
}

fn kind_of(event: &Event) -> Result<OrderHistoryEvent, OrdersError> {
    let corrupt = |reason: String| OrdersError::Corrupt {
        id: event.aggregate_id.clone(),
        reason,
    };
    match event.subject.as_str() {
        OrderCreated::SUBJECT => Ok(OrderHistoryEvent::Reserved),
        OrderUpdated::SUBJECT => {
            let event = event
                .decode::<OrderUpdated>()
                .map_err(|error| corrupt(error.to_string()))?;
            Ok(match event.status {
                OrderStatus::Complete => OrderHistoryEvent::Paid,
                _ => OrderHistoryEvent::PaymentStarted,
            })
        }
        OrderPaymentRejected::SUBJECT => Ok(OrderHistoryEvent::PaymentRejected),
        OrderCancelled::SUBJECT => {
            let event = event
                .decode::<OrderCancelled>()
                .map_err(|error| corrupt(error.to_string()))?;
            Ok(OrderHistoryEvent::Cancelled(event.reason))
        }
        other => Err(corrupt(format!("an event {other}"))),
    }
}
