//! Searching and sorting the list.

use ::tickets::Sort;
use leptos::prelude::*;

use super::query::{Query, name};
use crate::paths;

/// A plain GET form, whose result can be bookmarked.
#[component]
pub(super) fn SearchForm(
    /// The current query.
    query: Query,
) -> impl IntoView {
    let options = [
        (Sort::Oldest, "Oldest"),
        (Sort::Newest, "Newest"),
        (Sort::PriceLowest, "Lowest price"),
        (Sort::PriceHighest, "Highest price"),
    ];
    let options = options.map(|(sort, text)| {
        view! {
            <option value=name(sort) selected=query.sort == sort>
                {text}
            </option>
        }
    });
    view! {
        <search>
            <form class="search" method="get" action=paths::ON_SALE>
                <div class="field search__text">
                    <label class="field__label" for="q">
                        "Search events"
                    </label>
                    <div class="field__box">
                        <input
                            class="field__input"
                            id="q"
                            name="q"
                            type="search"
                            autocomplete="off"
                            enterkeyhint="search"
                            value=query.search
                        />
                    </div>
                </div>
                <div class="field search__sort">
                    <label class="field__label" for="sort">
                        "Sort by"
                    </label>
                    <div class="field__box field__box--select">
                        <select class="field__input" id="sort" name="sort">
                            {options}
                        </select>
                    </div>
                </div>
                <button class="button search__button" type="submit">
                    "Search"
                </button>
            </form>
        </search>
    }
}
