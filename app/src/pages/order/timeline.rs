//! What has happened to an order, as a list of moments.

use ::orders::{HistoryEntry, OrderHistoryEvent};
use ::payments::{KnownDispute, Payment};
use contracts::{CancelReason, PaymentStatus, Timestamp};
use leptos::prelude::*;

use super::dispute;
use crate::islands::{LocalTime, Part};
use crate::money;

/// The order's own history, and what its payments add to it: attempts that failed, and money that came back.
#[component]
pub(super) fn Timeline(
    /// What has happened to the order, the first thing first.
    history: Vec<HistoryEntry>,
    /// Its payments.
    payments: Vec<Payment>,
    /// The disputes about them.
    disputes: Vec<KnownDispute>,
) -> impl IntoView {
    let moments = moments(history, &payments, &disputes)
        .into_iter()
        .map(|(at, text)| {
            view! {
                <li class="timeline__moment">
                    <span class="timeline__what">{text}</span>
                    <span class="timeline__when">
                        <LocalTime at_ms=at.as_millis() part=Part::Moment />
                    </span>
                </li>
            }
        });
    view! {
        <section class="timeline" aria-labelledby="timeline" data-part="timeline">
            <h2 class="timeline__title" id="timeline">
                "What has happened"
            </h2>
            <ol class="timeline__moments">{moments.collect_view()}</ol>
        </section>
    }
}

fn moments(
    history: Vec<HistoryEntry>,
    payments: &[Payment],
    disputes: &[KnownDispute],
) -> Vec<(Timestamp, String)> {
    let mut moments: Vec<_> = history
        .into_iter()
        .map(|entry| (entry.at, describe(entry.kind).to_owned()))
        .collect();
    moments.extend(
        payments
            .iter()
            .filter(|payment| !is_lost(payment, disputes))
            .filter_map(|payment| Some((payment.updated_at, of_payment(payment)?))),
    );
    moments.extend(disputes.iter().flat_map(dispute::moments));
    // Of what happened in the same millisecond, the order's part came first.
    moments.sort_by_key(|(at, _)| *at);
    moments
}

/// Whether the money of a payment went back by a dispute, which is told of itself.
fn is_lost(payment: &Payment, disputes: &[KnownDispute]) -> bool {
    let about = |dispute: &&KnownDispute| dispute.payment == payment.id;
    disputes
        .iter()
        .filter(about)
        .any(KnownDispute::has_returned_money)
}

fn describe(kind: OrderHistoryEvent) -> &'static str {
    match kind {
        OrderHistoryEvent::Reserved => "Reserved for you",
        OrderHistoryEvent::PaymentStarted => "You started to pay, and the ticket was held longer",
        OrderHistoryEvent::Paid => "Paid: the ticket is yours",
        OrderHistoryEvent::PaymentRejected => "A payment arrived too late, and goes back",
        OrderHistoryEvent::Cancelled(CancelReason::User) => "You cancelled the order",
        OrderHistoryEvent::Cancelled(CancelReason::Expired) => "The reservation expired",
        OrderHistoryEvent::Cancelled(CancelReason::Refunded) => "The ticket was given back",
    }
}

fn of_payment(payment: &Payment) -> Option<String> {
    match payment.status {
        PaymentStatus::Failed => {
            let reason = payment.failure.map(|failure| failure.code().message());
            Some(format!(
                "A payment failed: {}",
                reason.unwrap_or("no reason was given")
            ))
        }
        PaymentStatus::Refunded => Some(format!("Refunded: {} went back", money::display(payment.amount))),
        _ => None,
    }
}
