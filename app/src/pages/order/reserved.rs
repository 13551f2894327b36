//! An order that has its ticket reserved.

use ::orders::OrderDetails;
use contracts::{OrderId, PaymentFailure, Timestamp};
use leptos::prelude::*;

use crate::islands::{Action, ActionForm, ButtonStyle, Countdown, LocalTime, Part};
use crate::messages::{failure_advice, failure_reason};
use crate::paths;

/// It can be paid or cancelled.
pub(super) fn reserved(order: &OrderDetails, failure: Option<PaymentFailure>, now: Timestamp) -> AnyView {
    let failure = failure.map(|failure| {
        view! {
            <p class="alert">{format!("Payment failed: {}. {}", failure_reason(failure), failure_advice(failure))}</p>
        }
    });
    view! {
        {remaining(order, now)}
        {failure}
        <ActionForm
            action=Action::StartPayment(order.id)
            label="Continue to payment".to_owned()
            style=ButtonStyle::Primary
            refusal=None
        />
        <p class="ticket__note">"Pay before then, or the ticket goes back on sale."</p>
        <CancelForm order=order.id />
    }
    .into_any()
}

/// A payment is pending. The buyer waits, or continues on the provider's page.
pub(super) fn paying(order: &OrderDetails, redirect_url: Option<String>, now: Timestamp) -> AnyView {
    let Some(address) = redirect_url else {
        return view! {
            <p class="ticket__note ticket__note--strong">"Your payment is being processed."</p>
            <p class="ticket__note">
                "This can take a minute. The ticket is reserved for you until "
                <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
                ". Don't pay again: this page updates by itself."
            </p>
            <CheckAgain order=order.id />
        }
        .into_any();
    };
    view! {
        {remaining(order, now)}
        <a class="button button--primary button--wide" href=address>
            "Continue to payment"
        </a>
        <p class="ticket__note">"Already paid? This page updates in a moment."</p>
        <CheckAgain order=order.id />
        <CancelForm order=order.id />
    }
    .into_any()
}

/// The time left.
fn remaining(order: &OrderDetails, now: Timestamp) -> AnyView {
    view! {
        <p class="ticket__note ticket__note--strong">
            "Reserved for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::Time />
        </p>
        {countdown(order, now)}
    }
    .into_any()
}

/// The countdown to the expiry of an order.
pub(in crate::pages) fn countdown(order: &OrderDetails, now: Timestamp) -> impl IntoView + use<> {
    view! {
        <Countdown
            ends_at_ms=order.expires_at.as_millis()
            server_now_ms=now.as_millis()
            whole_ms=order.expires_at.as_millis() - order.reserved_at.as_millis()
        />
    }
}

#[component]
fn CancelForm(order: OrderId) -> impl IntoView {
    view! {
        <ActionForm
            action=Action::CancelOrder(order)
            label="Cancel order".to_owned()
            style=ButtonStyle::Danger
            refusal=None
        />
    }
}

/// A reload link, for browsers without scripts.
#[component]
pub(super) fn CheckAgain(order: OrderId) -> impl IntoView {
    view! {
        <a class="button button--wide" href=paths::order(order)>
            "Check again"
        </a>
    }
}
