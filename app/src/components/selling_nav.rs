//! The tabs of the two pages for sellers.

use leptos::prelude::*;

use crate::{context, paths};

/// Switches between listed tickets and sales.
#[component]
pub(crate) fn SellingNav() -> impl IntoView {
    let path = context::path();
    let links = [(paths::MY_TICKETS, "Listed"), (paths::SALES, "Sales")].map(|(href, text)| {
        view! {
            <li>
                <a class="tabs__link" href=href aria-current=(path == href).then_some("page")>
                    {text}
                </a>
            </li>
        }
    });
    view! {
        <nav class="tabs" aria-label="Selling">
            <ul class="tabs__list">{links}</ul>
        </nav>
    }
}
