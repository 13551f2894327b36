//! Keeps the page of a ticket or an order up to date.

use leptos::prelude::*;

use crate::islands::LiveStart;

/// The resources that the page watches and the position where its feed starts. `page.js` follows the feed, and replaces the elements with
/// `data-part` when `data-marker` has changed. Without scripts it does nothing.
#[component]
pub(crate) fn LiveState(
    /// The id of the ticket or order.
    watches: String,
    /// Where the feed starts.
    start: LiveStart,
) -> impl IntoView {
    view! {
        <div class="live-update" data-live-after=start.after data-reader=start.reader data-watches=watches>
            <p class="live-update__text" role="status">
                <span class="live-update__note" data-says="unreachable" hidden>
                    "Connection lost. This page may be out of date. It will update as soon as you're back online."
                </span>
                <a class="live-update__link" href="" data-says="changed" hidden>
                    "This page has changed. Refresh"
                </a>
            </p>
        </div>
    }
}
