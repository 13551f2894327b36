//! What keeps a page about one thing true while it is open.

use leptos::prelude::*;

use crate::islands::LiveStart;

/// Says what the page watches and where its feed begins; `page.js` follows from there, and replaces the elements with `data-part`
/// when what `data-shows` says has changed. Without scripts it is nothing.
#[component]
pub(crate) fn LiveState(
    /// The id of what the page is about.
    watches: String,
    /// Where the feed begins.
    start: LiveStart,
) -> impl IntoView {
    view! {
        <div class="live-update" data-live-after=start.after data-reader=start.reader data-watches=watches>
            <p class="live-update__text" role="status">
                <span class="live-update__note" data-says="unreachable" hidden>
                    "Connection lost. This page may be out of date. It updates as soon as you are back online."
                </span>
                <a class="live-update__link" href="" data-says="changed" hidden>
                    "This page has changed. Refresh"
                </a>
            </p>
        </div>
    }
}
