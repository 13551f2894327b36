//! What stands in the place of a page that cannot be shown now.

use contracts::ErrorCode;
use leptos::prelude::*;

/// The server has too much to do.
#[component]
pub(crate) fn BusyMessage() -> impl IntoView {
    view! {
        <div class="message">
            <p class="message__code">"503"</p>
            <h1>"Ticketing is busy"</h1>
            <p>"Too many people are here at once. Try again in a moment. You haven't been charged for anything that didn't finish."</p>
            <TryAgain />
        </div>
    }
}

/// Something broke.
#[component]
pub(crate) fn BrokenMessage() -> impl IntoView {
    view! {
        <div class="message">
            <p class="message__code">"500"</p>
            <h1>"Something went wrong"</h1>
            <p>"It is our fault, and it is written down. Nothing was bought or sold by it."</p>
            <TryAgain />
        </div>
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
        <div class="message">
            <p class="message__code">{status}</p>
            <h1>{heading}</h1>
            <p>{text}</p>
            <p>
                <a class="button" href="/">
                    "See the tickets on sale"
                </a>
            </p>
        </div>
    }
}

#[component]
fn TryAgain() -> impl IntoView {
    view! {
        <p>
            <a class="button" href="">
                "Try again"
            </a>
        </p>
    }
}
