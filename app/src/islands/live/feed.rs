//! What the page is told of changes. `page.js` passes it on as events of the document.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent};

use super::change::Change;
use crate::islands::browser;

/// The event that a countdown sends when it is over.
const OVER: &str = "live-over";
/// The events that an island hears: changes, and that the server would make another page now.
const HEARD: [&str; 3] = ["live-listed", "live-ticket", OUTDATED];
const OUTDATED: &str = "live-outdated";

/// What an island hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// Something changed.
    Change(Change),
    /// The page shows something else than the server would, and was not told what.
    Outdated,
}

/// Calls back with everything that is told, for as long as the page lives.
pub(super) fn follow(hears: impl Fn(Heard) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(heard) = read(&event) {
            hears(heard);
        }
    });
    if let Some(document) = browser::document() {
        for kind in HEARD {
            // A document takes any listener.
            let _ = document.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        }
    }
    listener.forget();
}

fn read(event: &Event) -> Option<Heard> {
    let kind = event.type_();
    if kind == OUTDATED {
        return Some(Heard::Outdated);
    }
    let data = event.dyn_ref::<MessageEvent>()?.data().as_string()?;
    Change::read(kind.strip_prefix("live-")?, &data).map(Heard::Change)
}

/// Tells the page that a deadline which it shows has passed.
pub(in crate::islands) fn tell_over() {
    if let (Some(document), Ok(event)) = (browser::document(), Event::new(OVER)) {
        // Whoever listens may be busy; the next tick tells again.
        let _ = document.dispatch_event(&event);
    }
}
