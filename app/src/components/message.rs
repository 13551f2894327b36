//! What stands in the place of a page that cannot be shown now.

use contracts::ErrorCode;
use leptos::prelude::*;

/// The server has too much to do.
#[component]
pub(crate) fn BusyMessage() -> impl IntoView {
    view! {
        <Message
            status=503
            heading="Ticketing is busy"
            text="Too many people are here at once. Try again in a moment. You haven't been charged for anything that didn't finish."
            way_on=TRY_AGAIN
        />
    }
}

/// Something broke.
#[component]
pub(crate) fn BrokenMessage() -> impl IntoView {
    view! {
        <Message
            status=500
            heading="Something went wrong"
            text="It is our fault, and it is written down. Nothing was bought or sold by it."
            way_on=TRY_AGAIN
        />
    }
}

/// The request cannot be read, or is not let in.
#[component]
pub(crate) fn RefusedMessage(
    /// Why.
    code: ErrorCode,
    /// The status of the response.
    status: u16,
) -> impl IntoView {
    let (heading, text) = match code {
        ErrorCode::NotFound => ("Page not found", "Check the address."),
        ErrorCode::MethodNotAllowed | ErrorCode::RequestMalformed | ErrorCode::QueryMalformed => {
            ("This address can't be read", "Check the link that led you here.")
        }
        ErrorCode::CrossSite => (
            "This form was sent from another site",
            "To protect you it was refused, and nothing was changed.",
        ),
        ErrorCode::BodyTooLarge => (
            "This form is too long",
            "Go back, shorten what you typed, and send it again.",
        ),
        ErrorCode::BodyTooSlow => (
            "This form didn't arrive in time",
            "Your connection may be slow. Go back and send it again.",
        ),
        _ => (
            "This form can't be read",
            "Something went wrong on the page. Go back, reload it and try again.",
        ),
    };
    view! {
        <Message status heading text way_on=ALL_TICKETS />
    }
}

/// Nothing is at the address.
#[component]
pub(crate) fn NotFoundMessage() -> impl IntoView {
    view! {
        <Message
            status=404
            heading="Page not found"
            text="Nothing is at this address, or it is not yours to see."
            way_on=ALL_TICKETS
        />
    }
}

/// A link: where it leads to, and what it says.
type WayOn = (&'static str, &'static str);
const TRY_AGAIN: WayOn = ("", "Try again");
const ALL_TICKETS: WayOn = ("/", "See the tickets on sale");

#[component]
fn Message(status: u16, heading: &'static str, text: &'static str, way_on: WayOn) -> impl IntoView {
    let (href, label) = way_on;
    view! {
        <div class="message">
            <p class="message__code">{status}</p>
            <h1>{heading}</h1>
            <p>{text}</p>
            <p>
                <a class="button" href=href>
                    {label}
                </a>
            </p>
        </div>
    }
}
