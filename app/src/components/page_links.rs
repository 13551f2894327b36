//! Links between the pages of a list.

use leptos::prelude::*;

use super::EmptyState;

/// Links to the first and the next page, where they exist.
#[component]
pub(crate) fn PageLinks(
    /// The address of the first page; `None` on it.
    first: Option<String>,
    /// The address of the next page; `None` on the last.
    next: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pagination" aria-label="Pages">
            {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
            {next.map(|href| view! { <a class="button" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
}

/// A page past the end, for example when the rest of the list has gone in the meantime.
#[component]
pub(crate) fn EndOfList(
    /// The address of the first page.
    first: &'static str,
) -> impl IntoView {
    view! { <EmptyState text="No more items." href=first action="First page" /> }
}
