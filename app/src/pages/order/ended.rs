//! How an order came out.

use ::orders::Order;
use ::payments::KnownDispute;
use contracts::{CancelReason, Timestamp};
use leptos::prelude::*;

use super::dispute;
use super::held::CheckAgain;
use super::standing::Money;
use crate::islands::{LocalTime, Part};
use crate::money;

/// It is paid, and may perhaps be given back.
pub(super) fn complete(order: &Order, dispute: Option<&KnownDispute>, now: Timestamp) -> AnyView {
    let paid = order.purchase.map(|purchase| {
        view! {
            <p class="ticket__note">
                "Paid on " <LocalTime at_ms=purchase.at.as_millis() part=Part::Moment />
            </p>
        }
    });
    let refund = match order.refundable_until() {
        Some(until) if now < until && !dispute.is_some_and(|dispute| dispute.bars_refund) => view! {
            <a class="button button--wide" href=format!("/orders/{}/refund", order.id)>
                "Request a refund"
            </a>
            <p class="ticket__note">
                "You can request a refund until " <LocalTime at_ms=until.as_millis() part=Part::Moment /> "."
            </p>
        }
        .into_any(),
        _ if dispute.is_some_and(|dispute| dispute.bars_refund) => ().into_any(),
        Some(_) => note("The refund period has ended."),
        None => note("This ticket is non-refundable."),
    };
    let disputed = dispute.map(|dispute| said(order, dispute));
    view! {
        <p class="ticket__note ticket__note--strong">"Paid. This ticket is yours."</p>
        {paid}
        {disputed}
        <ReceiptLink order=order.clone() />
        {refund}
    }
    .into_any()
}

/// It holds nothing any more.
pub(super) fn ended(
    order: &Order,
    reason: CancelReason,
    money: Money,
    dispute: Option<&KnownDispute>,
) -> AnyView {
    let is_lost = dispute.is_some_and(KnownDispute::has_returned_money);
    let what_of_the_money = match dispute {
        Some(dispute) if is_lost => said(order, dispute),
        _ => what_of_the_money(order, reason, money),
    };
    let waits = dispute
        .filter(|dispute| money == Money::GoingBack && !is_lost && dispute.bars_refund)
        .map(|dispute| said(order, dispute));
    let ended = match reason {
        CancelReason::Refunded if is_lost => "Your bank returned the payment.".into_any(),
        CancelReason::Refunded => "You returned this ticket.".into_any(),
        CancelReason::User => "You cancelled this order.".into_any(),
        CancelReason::Expired => view! {
            "Your reservation expired at " <LocalTime at_ms=order.expires_at.as_millis() part=Part::TimeOfDay />
        }
        .into_any(),
    };
    let receipt = (reason == CancelReason::Refunded).then(|| view! { <ReceiptLink order=order.clone() /> });
    let is_open = money == Money::UnderWay;
    let check_again = is_open.then(|| view! { <CheckAgain order=order.clone() /> });
    let is_worth_another_try = reason == CancelReason::Expired && !is_open;
    let class = if is_worth_another_try {
        "button button--primary button--wide"
    } else {
        "button button--wide"
    };
    view! {
        <p class="ticket__note ticket__note--strong">{ended}</p>
        {what_of_the_money}
        {waits}
        {check_again}
        {receipt}
        <a class=class href=format!("/tickets/{}", order.ticket.id)>
            "See the ticket"
        </a>
    }
    .into_any()
}

fn what_of_the_money(order: &Order, reason: CancelReason, money: Money) -> AnyView {
    let amount = money::display(order.ticket.price);
    let return_of_money = match money {
        Money::Back => format!("{amount} refunded to your card. It can take 5 to 10 business days to show."),
        _ => format!("We're refunding {amount} to your card."),
    };
    match (money, reason) {
        (Money::None, CancelReason::Expired) => {
            note("You weren't charged. If it's still available, you can reserve it again.")
        }
        (Money::None, _) => note("You weren't charged, and the ticket went back on sale."),
        (Money::UnderWay, CancelReason::Expired) => note(
            "Your payment is still being processed. If the ticket is still free when your payment arrives, it's yours. \
             If not, we refund you automatically.",
        ),
        (Money::UnderWay, _) => {
            note("A payment was in progress. If it goes through, we refund you automatically.")
        }
        (_, CancelReason::Refunded) => {
            view! { <p class="ticket__note">"It went back on sale. " {return_of_money}</p> }.into_any()
        }
        (_, reason) => {
            let late = if reason == CancelReason::Expired {
                "Your payment arrived too late to get the ticket. "
            } else {
                "Your payment arrived after that. "
            };
            view! { <p class="alert">{late} {return_of_money}</p> }.into_any()
        }
    }
}

/// What a dispute means.
fn said(order: &Order, dispute: &KnownDispute) -> AnyView {
    view! { <p class="alert">{dispute::told(dispute, order.ticket.price)}</p> }.into_any()
}

fn note(text: &'static str) -> AnyView {
    view! { <p class="ticket__note">{text}</p> }.into_any()
}

#[component]
fn ReceiptLink(order: Order) -> impl IntoView {
    view! {
        <a class="button button--wide" href=format!("/orders/{}/receipt", order.id)>
            "Receipt"
        </a>
    }
}
