//! The few things that islands ask of the browser.

use leptos::web_sys::{Document, VisibilityState, window};

/// Opens another page of ours.
pub(crate) fn go_to(path: &str) {
    if let Some(window) = window() {
        // A browser that refuses this is closing the page.
        let _ = window.location().set_href(path);
    }
}

/// Loads this page anew, so that it shows what the server knows now. Not while a form is on its way, whose answer is a
/// page of its own.
pub(crate) fn reload() {
    let is_sending =
        document().and_then(|document| document.query_selector("form[aria-busy=true]").ok().flatten());
    if let (None, Some(window)) = (is_sending, window()) {
        // As above.
        let _ = window.location().reload();
    }
}

/// The page.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Whether the page is looked at: not in a tab behind another one.
pub(crate) fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Milliseconds since the epoch by the visitor's clock, which may be wrong.
pub(crate) fn now_ms() -> i64 {
    whole(js_sys::Date::now())
}

/// Milliseconds since the epoch, by the visitor's clock, when the page began to arrive.
pub(crate) fn arrived_at_ms() -> Option<i64> {
    let performance = window()?.performance()?;
    let navigation = performance.get_entries_by_type("navigation").get(0);
    let response_start = js_sys::Reflect::get(&navigation, &"responseStart".into())
        .ok()?
        .as_f64()?;
    Some(whole(performance.time_origin() + response_start))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 are far below 2^53"
)]
fn whole(millis: f64) -> i64 {
    millis as i64
}
