//! The history of an order.

use std::time::Duration;

use ::orders::{HistoryEntry, OrderHistoryEvent};
use ::payments::{DisputeDetails, PaymentDetails};
use contracts::{CancelReason, PaymentStatus, Timestamp};
use leptos::prelude::*;

use super::dispute;
use crate::islands::{LocalTime, Part};
use crate::messages::failure_reason;
use crate::{dates, money};

/// The history of an order, with failed payments, refunds and disputes.
#[component]
pub(super) fn Timeline(
    /// The events of the order, oldest first.
    history: Vec<HistoryEntry>,
    /// Its payments.
    payments: Vec<PaymentDetails>,
    /// The disputes about them.
    disputes: Vec<DisputeDetails>,
    /// By how much a reservation is extended when its payment is started.
    extension: Duration,
) -> impl IntoView {
    let entries = entries(history, &payments, &disputes, extension)
        .into_iter()
        .map(|(at, text)| {
            view! {
                <li class="timeline__entry">
                    <span class="timeline__text">{text}</span>
                    <span class="timeline__time">
                        <LocalTime at_ms=at.as_millis() part=Part::DateTime />
                    </span>
                </li>
            }
        });
    view! {
        <section class="timeline" aria-labelledby="timeline" data-part="timeline">
            <h2 class="timeline__title" id="timeline">
                "History"
            </h2>
            <ol class="timeline__entries">{entries.collect_view()}</ol>
        </section>
    }
}

fn entries(
    history: Vec<HistoryEntry>,
    payments: &[PaymentDetails],
    disputes: &[DisputeDetails],
    extension: Duration,
) -> Vec<(Timestamp, String)> {
    let mut entries: Vec<_> = history
        .into_iter()
        .map(|entry| (entry.at, describe(entry.kind, extension)))
        .collect();
    entries.extend(
        payments
            .iter()
            .filter(|payment| !is_lost(payment, disputes))
            .filter_map(|payment| Some((payment.changed_at, of_payment(payment)?))),
    );
    entries.extend(disputes.iter().flat_map(dispute::entries));
    // A stable sort: within the same millisecond the order's own events come first.
    entries.sort_by_key(|(at, _)| *at);
    entries
}

/// Whether a payment was returned by a dispute, which has entries of its own.
fn is_lost(payment: &PaymentDetails, disputes: &[DisputeDetails]) -> bool {
    let about = |dispute: &&DisputeDetails| dispute.payment == payment.id;
    disputes
        .iter()
        .filter(about)
        .any(|dispute| dispute.has_returned_money)
}

fn describe(kind: OrderHistoryEvent, extension: Duration) -> String {
    let text = match kind {
        OrderHistoryEvent::Reserved => "Reserved for you",
        OrderHistoryEvent::PaymentStarted if extension.is_zero() => "Payment started",
        OrderHistoryEvent::PaymentStarted => {
            let extension = dates::duration(extension);
            return format!("Payment started. Reservation extended by {extension}.");
        }
        OrderHistoryEvent::Paid => "Paid: the ticket is yours",
        OrderHistoryEvent::PaymentRejected => "Payment arrived too late. Refund started.",
        OrderHistoryEvent::Cancelled(CancelReason::User) => "You cancelled the order",
        OrderHistoryEvent::Cancelled(CancelReason::Expired) => "Your reservation expired",
        OrderHistoryEvent::Cancelled(CancelReason::Refunded) => "You returned the ticket",
    };
    text.to_owned()
}

fn of_payment(payment: &PaymentDetails) -> Option<String> {
    match payment.status {
        PaymentStatus::Failed => {
            let reason = payment.failure.map(failure_reason);
            Some(reason.map_or("Payment failed".to_owned(), |reason| {
                format!("Payment failed: {reason}")
            }))
        }
        PaymentStatus::Refunded => Some(format!("Refunded {}", money::display(payment.amount))),
        _ => None,
    }
}
