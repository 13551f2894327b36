//! The messages of the live feed, which `page.js` dispatches as events on the document.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent};

use super::change::Change;
use crate::islands::browser;

/// The event that a countdown dispatches when it reaches zero.
const OVER: &str = "live-over";
/// The event that a form dispatches when it was refused: the page may be out of date.
const CHECK: &str = "live-check";
/// The events that an island listens to: changes, and that the page is outdated.
const EVENTS: [&str; 3] = ["live-listed", "live-ticket", OUTDATED];
const OUTDATED: &str = "live-outdated";

/// A message to an island.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// Something changed.
    Change(Change),
    /// The page differs from its current state on the server.
    Outdated,
}

/// Calls back with every message for the lifetime of the page.
pub(super) fn follow(on_message: impl Fn(Message) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(message) = read(&event) {
            on_message(message);
        }
    });
    if let Some(document) = browser::document() {
        for kind in EVENTS {
            // A document accepts any listener.
            let _ = document.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        }
    }
    listener.forget();
}

fn read(event: &Event) -> Option<Message> {
    let kind = event.type_();
    if kind == OUTDATED {
        return Some(Message::Outdated);
    }
    let data = event.dyn_ref::<MessageEvent>()?.data().as_string()?;
    Change::read(kind.strip_prefix("live-")?, &data).map(Message::Change)
}

/// Notifies the page that a deadline which it shows has passed.
pub(in crate::islands) fn notify_over() {
    notify(OVER);
}

/// Asks the page to check whether it is up to date.
pub(in crate::islands) fn notify_check() {
    notify(CHECK);
}

fn notify(kind: &str) {
    if let (Some(document), Ok(event)) = (browser::document(), Event::new(kind)) {
        // A listener may be busy; the next tick notifies it again.
        let _ = document.dispatch_event(&event);
    }
}
