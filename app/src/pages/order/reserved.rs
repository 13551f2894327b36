//! An order that has its ticket reserved.

use ::orders::Order;
use contracts::{PaymentFailure, Timestamp};
use leptos::prelude::*;

use crate::islands::{Action, ActionForm, ButtonStyle, Countdown, LocalTime, Part};
use crate::messages::{failure_advice, failure_reason};
use crate::paths;

/// It can be paid or cancelled.
pub(super) fn reserved(order: &Order, failure: Option<PaymentFailure>, now: Timestamp) -> AnyView {
    let failure = failure.map(|failure| {
        view! {
            <p class="alert">{format!("Payment failed: {}. {}", failure_reason(failure), failure_advice(failure))}</p>
        }
    });
    view! {
        <Remaining order=order.clone() now />
        {failure}
        <ActionForm
            action=Action::StartPayment(order.id)
            label="Continue to payment".to_owned()
            style=ButtonStyle::Primary
            refusal=None
        />
        <p class="ticket__note">"Pay before then, or it goes back on sale."</p>
        <CancelForm order=order.clone() />
    }
    .into_any()
}

/// A payment is pending. The buyer waits, or continues on the provider's page.
pub(super) fn paying(order: &Order, redirect_url: Option<String>, now: Timestamp) -> AnyView {
    let Some(address) = redirect_url else {
        return view! {
            <p class="ticket__note ticket__note--strong">"Your payment is being processed."</p>
            <p class="ticket__note">
                "This can take a minute. The ticket is reserved for you until "
                <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
                ". Don't pay again: this page updates by itself."
            </p>
            <CheckAgain order=order.clone() />
        }
        .into_any();
    };
    view! {
        <Remaining order=order.clone() now />
        <a class="button button--primary button--wide" href=address>
            "Continue to payment"
        </a>
        <p class="ticket__note">"Already paid? This page updates in a moment."</p>
        <CheckAgain order=order.clone() />
        <CancelForm order=order.clone() />
    }
    .into_any()
}

/// The time left.
#[component]
fn Remaining(order: Order, now: Timestamp) -> impl IntoView {
    view! {
        <p class="ticket__note ticket__note--strong">
            "Reserved for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
        </p>
        {countdown(&order, now)}
    }
}

/// The countdown to the expiry of an order.
pub(in crate::pages) fn countdown(order: &Order, now: Timestamp) -> impl IntoView + use<> {
    view! {
        <Countdown
            ends_at_ms=order.expires_at.as_millis()
            server_now_ms=now.as_millis()
            whole_ms=order.expires_at.as_millis() - order.created_at.as_millis()
        />
    }
}

#[component]
fn CancelForm(order: Order) -> impl IntoView {
    view! {
        <ActionForm
            action=Action::CancelOrder(order.id)
            label="Cancel order".to_owned()
            style=ButtonStyle::Danger
            refusal=None
        />
    }
}

/// A reload link, for browsers without scripts.
#[component]
pub(super) fn CheckAgain(order: Order) -> impl IntoView {
    view! {
        <a class="button button--wide" href=paths::order(order.id)>
            "Check again"
        </a>
    }
}
