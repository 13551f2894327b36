//! The 404 page.

use http::StatusCode;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::NotFoundMessage;
use crate::respond;

/// Says that the page does not exist, with status 404.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    respond::status(StatusCode::NOT_FOUND);
    view! {
        <Title text="Page not found" />
        <NotFoundMessage />
    }
}
