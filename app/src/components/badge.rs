//! A status badge.

use leptos::prelude::*;

/// The meaning of a status to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadgeKind {
    /// Available or successful.
    Success,
    /// Temporary: it will expire or be decided.
    Pending,
    /// It is over.
    Ended,
}

/// A status. The text has the meaning; the colour only repeats it.
#[component]
pub(crate) fn Badge(
    /// What it means.
    kind: BadgeKind,
    /// Its text.
    text: &'static str,
) -> impl IntoView {
    let class = match kind {
        BadgeKind::Success => "badge badge--success",
        BadgeKind::Pending => "badge badge--pending",
        BadgeKind::Ended => "badge badge--ended",
    };
    view! { <span class=class>{text}</span> }
}
