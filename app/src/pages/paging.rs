//! Pagination.

use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::{EndOfList, PageLinks};

/// How many tickets or orders are on a page.
pub(super) const PAGE_SIZE: u32 = 24;

/// The cursor in the address of the page. An invalid one is ignored.
pub(super) fn after<C: FromStr>() -> Option<C> {
    let query = use_query_map().get_untracked();
    query.get_str("after").and_then(|text| text.parse().ok())
}

/// A page of a list as cards with page links; `empty` if the list has no entries.
pub(super) fn cards(
    path: &'static str,
    cards: Vec<AnyView>,
    is_first: bool,
    next: Option<impl Display>,
    empty: impl IntoView + 'static,
) -> AnyView {
    if cards.is_empty() {
        return if is_first {
            empty.into_any()
        } else {
            view! { <EndOfList first=path /> }.into_any()
        };
    }
    let cards = cards.into_iter().map(|card| view! { <li>{card}</li> });
    view! {
        <ul class="cards">{cards.collect_view()}</ul>
        <PageLinks
            first=(!is_first).then(|| path.to_owned())
            next=next.map(|next| page_after(path, &next))
        />
    }
    .into_any()
}

/// The address of the page after a cursor, whose characters need no escaping.
fn page_after(path: &str, position: &impl Display) -> String {
    format!("{path}?after={position}")
}
