//! Descriptions: paragraphs of text, with code between backticks.

use leptos::prelude::*;

/// The paragraphs of a description.
pub(super) fn paragraphs(text: &str) -> AnyView {
    let paragraphs = text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs
        .map(|paragraph| view! { <p>{inline(paragraph)}</p> })
        .collect_view()
        .into_any()
}

/// One line of text.
pub(super) fn inline(text: &str) -> AnyView {
    let parts = text.split('`').enumerate();
    parts
        .map(|(place, part)| {
            let part = part.to_owned();
            // Text at odd positions was between two backticks.
            if place % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect_view()
        .into_any()
}
