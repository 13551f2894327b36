//! The two pages of somebody who sells.

use leptos::prelude::*;

use crate::{context, paths};

/// Leads from what one has listed to what one has sold, and back.
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
