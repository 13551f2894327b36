//! What can be done with an order that still holds its ticket.

use ::orders::Order;
use contracts::{PaymentFailure, Timestamp};
use leptos::prelude::*;

use crate::islands::{ActionForm, Countdown, LocalTime, Part};
use crate::messages::{failure_advice, failure_reason};

/// It can be paid for, or given up.
pub(super) fn held(order: &Order, failure: Option<PaymentFailure>, now: Timestamp) -> AnyView {
    let failure = failure.map(|failure| {
        view! {
            <p class="alert">{format!("Payment failed: {}. {}", failure_reason(failure), failure_advice(failure))}</p>
        }
    });
    view! {
        <Remaining order=order.clone() now />
        {failure}
        <ActionForm
            action="/fn/orders/pay".to_owned()
            fields=vec![("order_id".to_owned(), order.id.to_string())]
            label="Continue to payment".to_owned()
            busy="One moment…".to_owned()
            class="button button--primary button--wide".to_owned()
            refusal=None
        />
        <p class="ticket__note">"Pay before then, or it goes back on sale."</p>
        <CancelForm order=order.clone() />
    }
    .into_any()
}

/// A payment is under way. There is nothing to do but to wait, or to go on at the provider's.
pub(super) fn paying(order: &Order, redirect_url: Option<String>, now: Timestamp) -> AnyView {
    let Some(address) = redirect_url else {
        return view! {
            <p class="ticket__note ticket__note--strong">"Your payment is being processed."</p>
            <p class="ticket__note">
                "This can take a minute. The ticket is reserved for you until "
                <LocalTime at_ms=order.expires_at.as_millis() part=Part::TimeOfDay />
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

/// How long it is held.
#[component]
fn Remaining(order: Order, now: Timestamp) -> impl IntoView {
    view! {
        <p class="ticket__note ticket__note--strong">
            "Reserved for you until " <LocalTime at_ms=order.expires_at.as_millis() part=Part::TimeOfDay />
        </p>
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
            action="/fn/orders/cancel".to_owned()
            fields=vec![("order_id".to_owned(), order.id.to_string())]
            label="Cancel order".to_owned()
            busy="Cancelling…".to_owned()
            class="button button--danger button--wide".to_owned()
            refusal=None
        />
    }
}

/// For those whose pages do not change by themselves.
#[component]
pub(super) fn CheckAgain(order: Order) -> impl IntoView {
    view! {
        <a class="button button--wide" href=format!("/orders/{}", order.id)>
            "Check again"
        </a>
    }
}
