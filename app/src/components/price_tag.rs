//! A price.

use contracts::Price;
use leptos::prelude::*;

use crate::money;

/// A price with smaller cents, which is read out as one number.
#[component]
pub(crate) fn PriceTag(
    /// The price.
    price: Price,
) -> impl IntoView {
    let text = money::display(price);
    let (whole, cents) = text.split_at(text.len() - 3);
    view! { <span class="price">{whole.to_owned()}<span class="price__cents">{cents.to_owned()}</span></span> }
}
