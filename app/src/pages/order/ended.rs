//! An order that is complete or has ended.

use ::orders::OrderDetails;
use ::payments::DisputeDetails;
use contracts::{CancelReason, OrderId, Timestamp};
use leptos::prelude::*;

use super::dispute;
use super::reserved::CheckAgain;
use super::state::MoneyState;
use crate::islands::{LocalTime, Part};
use crate::{money, paths};

/// It is paid, and may be refundable.
pub(super) fn complete(order: &OrderDetails, dispute: Option<&DisputeDetails>, now: Timestamp) -> AnyView {
    let paid = order.purchase.map(|purchase| {
        view! {
            <p class="ticket__note">
                "Paid on " <LocalTime at_ms=purchase.paid_at.as_millis() part=Part::DateTime />
            </p>
        }
    });
    let is_blocked = dispute.is_some_and(|dispute| dispute.blocks_refund);
    let refund = match order.refundable_until {
        Some(until) if now < until && !is_blocked => view! {
            <a class="button button--wide" href=paths::refund(order.id)>
                "Request a refund"
            </a>
            <p class="ticket__note">
                "You can request a refund until " <LocalTime at_ms=until.as_millis() part=Part::DateTime /> "."
            </p>
        }
        .into_any(),
        _ if is_blocked => ().into_any(),
        Some(_) => note("The refund period has ended."),
        None => note("This ticket is non-refundable."),
    };
    let disputed = dispute.map(|dispute| dispute_note(order, dispute));
    view! {
        <p class="ticket__note ticket__note--strong">"Paid. This ticket is yours."</p>
        {paid}
        {disputed}
        <ReceiptLink order=order.id />
        {refund}
    }
    .into_any()
}

/// It was cancelled, expired or was refunded.
pub(super) fn ended(
    order: &OrderDetails,
    reason: CancelReason,
    money: MoneyState,
    dispute: Option<&DisputeDetails>,
) -> AnyView {
    let is_lost = dispute.is_some_and(|dispute| dispute.has_returned_money);
    let money_note = match dispute {
        Some(dispute) if is_lost => dispute_note(order, dispute),
        _ => money_note(order, reason, money),
    };
    let waits = dispute
        .filter(|dispute| money == MoneyState::Refunding && !is_lost && dispute.blocks_refund)
        .map(|dispute| dispute_note(order, dispute));
    let ended = match reason {
        CancelReason::Refunded if is_lost => "Your bank returned the payment.".into_any(),
        CancelReason::Refunded => "You returned this ticket.".into_any(),
        CancelReason::User => "You cancelled this order.".into_any(),
        CancelReason::Expired => view! {
            "Your reservation expired at " <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
        }
        .into_any(),
    };
    let receipt = (reason == CancelReason::Refunded).then(|| view! { <ReceiptLink order=order.id /> });
    let is_open = money == MoneyState::Pending;
    let check_again = is_open.then(|| view! { <CheckAgain order=order.id /> });
    let is_worth_another_try = reason == CancelReason::Expired && !is_open;
    let class = if is_worth_another_try {
        "button button--primary button--wide"
    } else {
        "button button--wide"
    };
    view! {
        <p class="ticket__note ticket__note--strong">{ended}</p>
        {money_note}
        {waits}
        {check_again}
        {receipt}
        <a class=class href=paths::ticket(order.ticket)>
            "See the ticket"
        </a>
    }
    .into_any()
}

fn money_note(order: &OrderDetails, reason: CancelReason, money: MoneyState) -> AnyView {
    let amount = money::display(order.price);
    let refund_text = match money {
        MoneyState::Refunded => {
            format!("{amount} refunded to your card. It can take 5 to 10 business days to show.")
        }
        _ => format!("We're refunding {amount} to your card."),
    };
    match (money, reason) {
        (MoneyState::None, CancelReason::Expired) => {
            note("You weren't charged. If the ticket is still available, you can reserve it again.")
        }
        (MoneyState::None, _) => note("You weren't charged, and the ticket went back on sale."),
        (MoneyState::Pending, CancelReason::Expired) => note(
            "Your payment is still being processed. If the ticket is still available when your payment arrives, it's yours. \
             If not, we'll refund you automatically.",
        ),
        (MoneyState::Pending, _) => {
            note("A payment was in progress. If it goes through, we'll refund you automatically.")
        }
        (_, CancelReason::Refunded) => {
            view! { <p class="ticket__note">"The ticket went back on sale. " {refund_text}</p> }.into_any()
        }
        (_, reason) => {
            let late = if reason == CancelReason::Expired {
                "Your payment arrived too late to get the ticket. "
            } else {
                "Your payment went through after you cancelled. "
            };
            view! { <p class="alert">{late} {refund_text}</p> }.into_any()
        }
    }
}

/// What a dispute means for the buyer.
fn dispute_note(order: &OrderDetails, dispute: &DisputeDetails) -> AnyView {
    view! { <p class="alert">{dispute::describe(dispute, order.price)}</p> }.into_any()
}

fn note(text: &'static str) -> AnyView {
    view! { <p class="ticket__note">{text}</p> }.into_any()
}

#[component]
fn ReceiptLink(order: OrderId) -> impl IntoView {
    view! {
        <a class="button button--wide" href=paths::receipt(order)>
            "Receipt"
        </a>
    }
}
