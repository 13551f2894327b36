//! A ticket in a list.

use contracts::Price;
use leptos::prelude::*;

use super::PriceTag;

/// A ticket as a card with a stub: what it is on the one side, its price and its state on the other. All of it leads
/// to its page.
#[component]
pub(crate) fn TicketCard(
    /// What it leads to.
    href: String,
    /// Its title.
    title: String,
    /// Its price.
    price: Price,
    /// What is said below the title.
    detail: AnyView,
    /// Its state.
    state: AnyView,
) -> impl IntoView {
    view! {
        <article class="card">
            <div class="card__body">
                <h2 class="card__title">
                    <a class="card__link" href=href data-title="">
                        {title}
                    </a>
                </h2>
                <p class="card__detail">{detail}</p>
            </div>
            <div class="card__stub">
                <PriceTag price />
                <p class="card__state">{state}</p>
            </div>
        </article>
    }
}
