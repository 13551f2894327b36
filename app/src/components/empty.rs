//! What stands where a list would be.

use leptos::prelude::*;

/// Says that there is nothing yet, and leads to what can be done about it.
#[component]
pub(crate) fn EmptyState(
    /// What there is none of.
    text: &'static str,
    /// Where to go on.
    href: &'static str,
    /// What is there.
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
