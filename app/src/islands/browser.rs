//! The browser APIs that islands use.

use leptos::web_sys::{Document, Element, window};

/// The attribute with the uptime of the page, in milliseconds, at which a part of it arrived.
pub(crate) const ARRIVED: &str = "data-arrived";

/// Opens another page of the site.
pub(crate) fn go_to(path: &str) {
    if let Some(window) = window() {
        // A browser that refuses this is closing the page.
        let _ = window.location().set_href(path);
    }
}

/// The page.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds since the epoch by the visitor's clock, which may be wrong.
pub(crate) fn now_ms() -> i64 {
    whole(js_sys::Date::now())
}

/// Milliseconds since the page started to load, by a monotonic clock.
pub(crate) fn uptime_ms() -> i64 {
    let performance = window().and_then(|window| window.performance());
    performance.map_or(0, |performance| whole(performance.now()))
}

/// The uptime at which an element began to arrive, with the page or with a part that was replaced since.
pub(crate) fn arrived(element: &Element) -> i64 {
    let part = element.closest(&format!("[{ARRIVED}]")).ok().flatten();
    let replaced = part.and_then(|part| part.get_attribute(ARRIVED)?.parse().ok());
    replaced.or_else(response_start).unwrap_or_else(uptime_ms)
}

fn response_start() -> Option<i64> {
    let navigation = window()?.performance()?.get_entries_by_type("navigation").get(0);
    let start = js_sys::Reflect::get(&navigation, &"responseStart".into())
        .ok()?
        .as_f64()?;
    Some(whole(start))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 are far below 2^53"
)]
fn whole(millis: f64) -> i64 {
    millis as i64
}
