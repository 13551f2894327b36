//! The content of the error pages.

use contracts::ErrorCode;
use leptos::prelude::*;

use crate::paths;

/// The server is overloaded. The page is loaded again after [`REFRESH_AFTER`].
#[component]
pub(crate) fn BusyMessage() -> impl IntoView {
    view! {
        <Message
            status=503
            heading=BUSY
            text="Too many people are using the site right now. This page tries again by itself in a few seconds."
            link=TRY_AGAIN
        />
    }
}

/// The server is overloaded, and the form was not handled.
#[component]
pub(crate) fn BusyFormMessage() -> impl IntoView {
    view! {
        <Message
            status=503
            heading=BUSY
            text="Too many people are using the site right now. Go back and send the form again. If you were paying, check My orders first."
            link=ALL_TICKETS
        />
    }
}

/// An internal error.
#[component]
pub(crate) fn BrokenMessage() -> impl IntoView {
    view! {
        <Message
            status=500
            heading="Something went wrong"
            text="The problem is on our side, and it has been logged. If you were paying, check My orders before you try again."
            link=TRY_AGAIN
        />
    }
}

/// The request is malformed or forbidden.
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
        <Message status heading text link=ALL_TICKETS />
    }
}

/// The page does not exist.
#[component]
pub(crate) fn NotFoundMessage() -> impl IntoView {
    view! {
        <Message
            status=404
            heading="Page not found"
            text="We can't find this page. If it's your order, check which account you're signed in with."
            link=ALL_TICKETS
        />
    }
}

/// After how many seconds a page of a busy server is loaded again.
pub const REFRESH_AFTER: &str = "5";

const BUSY: &str = "Ticketing is busy";

/// A link: its target and its label.
type Link = (&'static str, &'static str);
const TRY_AGAIN: Link = ("", "Try again");
const ALL_TICKETS: Link = (paths::ON_SALE, "See the tickets on sale");

#[component]
fn Message(status: u16, heading: &'static str, text: &'static str, link: Link) -> impl IntoView {
    let (href, label) = link;
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
