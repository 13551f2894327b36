//! A single button that does something: it reserves, pays, cancels, signs out.

use contracts::{OrderId, Refusal, TicketId};
use leptos::prelude::*;

use super::ButtonForm;

/// The action of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    fn fields(self) -> Vec<(String, String)> {
        let field = |name: &str, value: String| (name.to_owned(), value);
        match self {
            Self::SignOut => vec![],
            Self::Reserve { ticket, version } => vec![
                field("ticket_id", ticket.to_string()),
                field("ticket_version", version.to_string()),
            ],
            Self::StartPayment(order)
            | Self::PayAtProvider(order)
            | Self::CancelOrder(order)
            | Self::RefundOrder(order) => vec![field("order_id", order.to_string())],
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// A form with a single button, for an action.
#[component]
pub fn ActionForm(
    /// The action of the button.
    action: Action,
    /// The label of the button.
    #[prop(into)]
    label: String,
    /// The style of the button.
    style: ButtonStyle,
    /// Why it was refused the last time, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    view! {
        <ButtonForm
            address=action.address().to_owned()
            fields=action.fields()
            label
            pending_label=action.pending_label().to_owned()
            class=style.class().to_owned()
            refusal
        />
    }
}
