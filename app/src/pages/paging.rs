//! Lists in pages.

use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::GetUntracked;
use leptos_router::hooks::use_query_map;

/// How many tickets or orders are on a page.
pub(super) const PAGE_SIZE: u32 = 24;

/// Where the list goes on, by the address of the page. What cannot be read there is as if it were not there.
pub(super) fn after<C: FromStr>() -> Option<C> {
    let query = use_query_map().get_untracked();
    query.get_str("after").and_then(|text| text.parse().ok())
}

/// The address of the page of a list that goes on there. Positions are written in digits, letters, points and hyphens.
pub(super) fn page_after(path: &str, position: &impl Display) -> String {
    format!("{path}?after={position}")
}
