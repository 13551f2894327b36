//! The empty state of a list.

use leptos::prelude::*;

/// Says that a list is empty, with a link to what can be done about it.
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
