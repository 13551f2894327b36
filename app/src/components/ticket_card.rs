//! A ticket in a list.

use contracts::Price;
use leptos::prelude::*;

use super::PriceTag;

/// A ticket as a card with a stub: the title on one side, price and state on the other. The whole card is a link.
#[component]
pub(crate) fn TicketCard(
    /// The target of the link.
    href: String,
    /// Its title.
    title: String,
    /// Its price.
    price: Price,
    /// The text below the title.
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
