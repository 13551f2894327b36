//! The page of an address that leads nowhere.

use http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::NotFoundMessage;
use crate::respond;

/// Says that there is no such page, with the status that says so to programs.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    respond::status(StatusCode::NOT_FOUND);
    view! {
        <Title text="Page not found" />
        <NotFoundMessage />
    }
}
