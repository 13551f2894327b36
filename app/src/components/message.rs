//! What stands in the place of a page that cannot be shown now.

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
