//! The empty state of a list.

use leptos::prelude::*;

/// The text of an empty list, with a link to what the user can do next.
#[component]
pub(crate) fn EmptyState(
    /// The text.
    text: &'static str,
    /// The target of the link.
    href: &'static str,
    /// The label of the link.
    action: &'static str,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty__text">{text}</p>
            <a class="button button--primary" href=href>
                {action}
            </a>
        </div>
    }
}
