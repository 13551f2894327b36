//! A status badge.

use leptos::prelude::*;

/// The meaning of a status to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Available or successful.
    Good,
    /// Temporary: it will expire or be decided.
    Waiting,
    /// It is over.
    Ended,
}

/// A status. The text has the meaning; the colour only repeats it.
#[component]
pub(crate) fn Badge(
    /// Its meaning.
    tone: Tone,
    /// Its text.
    text: &'static str,
) -> impl IntoView {
    let class = match tone {
        Tone::Good => "badge badge--good",
        Tone::Waiting => "badge badge--waiting",
        Tone::Ended => "badge badge--ended",
    };
    view! { <span class=class>{text}</span> }
}
