//! A single button that does something: it reserves, pays, cancels, signs out.

use contracts::{OrderId, Refusal, TicketId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{FormState, SubmitButton};

/// The action of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Ends the session.
    SignOut,
    /// Reserves a ticket as it was offered in that version.
    Reserve {
        /// The ticket.
        ticket: TicketId,
        /// The version that the page shows: no other offer is reserved.
        version: i64,
    },
    /// Starts the payment of an order.
    StartPayment(OrderId),
    /// Pays for an order on the payment provider's own page.
    PayAtProvider(OrderId),
    /// Cancels an order that is not paid.
    CancelOrder(OrderId),
    /// Refunds an order that is paid.
    RefundOrder(OrderId),
}

impl Action {
    /// The server function that the form is sent to.
    fn address(self) -> &'static str {
        match self {
            Self::SignOut => "/fn/auth/signout",
            Self::Reserve { .. } => "/fn/orders/reserve",
            Self::StartPayment(_) => "/fn/orders/pay",
            Self::PayAtProvider(_) => "/fn/payments/pay",
            Self::CancelOrder(_) => "/fn/orders/cancel",
            Self::RefundOrder(_) => "/fn/orders/refund",
        }
    }

    /// The names and values of its hidden fields.
    fn fields(self) -> Vec<(&'static str, String)> {
        match self {
            Self::SignOut => vec![],
            Self::Reserve { ticket, version } => vec![
                ("ticket_id", ticket.to_string()),
                ("ticket_version", version.to_string()),
            ],
            Self::StartPayment(order)
            | Self::PayAtProvider(order)
            | Self::CancelOrder(order)
            | Self::RefundOrder(order) => vec![("order_id", order.to_string())],
        }
    }

    /// The label of the button while the response is pending.
    fn pending_label(self) -> &'static str {
        match self {
            Self::SignOut => "Signing out…",
            Self::Reserve { .. } => "Reserving…",
            Self::StartPayment(_) | Self::PayAtProvider(_) => "One moment…",
            Self::CancelOrder(_) => "Cancelling…",
            Self::RefundOrder(_) => "Requesting refund…",
        }
    }
}

/// The appearance of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ButtonStyle {
    /// The main action of a page.
    Primary,
    /// A destructive action.
    Danger,
    /// One of the links in the header.
    NavLink,
}

impl ButtonStyle {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary button--wide",
            Self::Danger => "button button--danger button--wide",
            Self::NavLink => "nav__link",
        }
    }
}

/// A form with a single button, which is disabled until the response arrives.
#[island]
pub fn ActionForm(
    /// The action of the button.
    action: Action,
    /// The label of the button.
    label: String,
    /// The style of the button.
    style: ButtonStyle,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let form = FormState::new(refusal.as_ref());
    let fields = action
        .fields()
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form
            class="action"
            method="post"
            action=action.address()
            aria-busy=move || form.is_pending().then_some("true")
            node_ref=form.form
            on:submit=move |event| form.submit(&event, [])
        >
            {fields}
            <p class="alert" role="alert">
                {move || form.alert()}
            </p>
            <SubmitButton form label busy=action.pending_label() class=style.class() />
        </form>
    }
}
