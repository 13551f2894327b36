//! The page of an address that leads nowhere.

use http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::respond;

/// Says that there is no such page, with the status that says so to programs.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    respond::status(StatusCode::NOT_FOUND);
    view! {
        <Title text="Page not found" />
        <div class="message">
            <p class="message__code">"404"</p>
            <h1>"Page not found"</h1>
            <p>"Nothing is at this address, or it is not yours to see."</p>
            <p>
                <a class="button" href="/">
                    "See the tickets on sale"
                </a>
            </p>
        </div>
    }
}
