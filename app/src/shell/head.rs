//! What every document has in its head.

use std::sync::Arc;

use leptos::prelude::*;

/// The encoding, viewport, colours, stylesheet and icon of a document. It comes first in the head, because browsers look for
/// the encoding in the first bytes.
#[component]
pub fn CommonHead(
    /// The address of the stylesheet.
    stylesheet: Arc<str>,
) -> impl IntoView {
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#16213e" />
        <link rel="stylesheet" href=stylesheet />
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
    }
}
