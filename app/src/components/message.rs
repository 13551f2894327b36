//! What stands in the place of a page that cannot be shown now.

use contracts::ErrorCode;
use leptos::prelude::*;

use crate::paths;

/// The server has too much to do.
#[component]
pub(crate) fn BusyMessage() -> impl IntoView {
    view! {
        <Message
            status=503
            heading="Ticketing is busy"
            text="Too many people are using the site right now. Try again in a moment. If you were paying, check My orders first."
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
            text="The problem is on our side, and it has been logged. If you were paying, check My orders before you try again."
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
            ("This link doesn't work", "Check the link that brought you here.")
        }
        ErrorCode::CrossSite => (
            "This form was sent from another site",
            "We refused it to protect you. Nothing was changed.",
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
            "This form didn't work",
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
            text="We can't find this page. If it's your order, check which account you're signed in with."
            way_on=ALL_TICKETS
        />
    }
}

/// A link: where it leads to, and what it says.
type WayOn = (&'static str, &'static str);
const TRY_AGAIN: WayOn = ("", "Try again");
const ALL_TICKETS: WayOn = (paths::ON_SALE, "See the tickets on sale");

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
