//! A state in one or two words.

use leptos::prelude::*;

/// What a state means to the person who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something can be done, or went well.
    Good,
    /// Something runs out.
    Waiting,
    /// It is over.
    Ended,
}

/// A state. The words say it; the colour only repeats it.
#[component]
pub(crate) fn Badge(
    /// What it means.
    tone: Tone,
    /// What it says.
    text: &'static str,
) -> impl IntoView {
    let class = match tone {
        Tone::Good => "badge badge--good",
        Tone::Waiting => "badge badge--waiting",
        Tone::Ended => "badge badge--ended",
    };
    view! { <span class=class>{text}</span> }
}
