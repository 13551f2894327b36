//! The connection to the live feed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, EventSource, MessageEvent, Response};

use super::change::Change;
use crate::islands::browser;

type Listener = Closure<dyn Fn(Event)>;

struct Feed {
    source: RefCell<Option<EventSource>>,
    was_open: Cell<bool>,
    on_event: RefCell<Option<Listener>>,
}

/// Follows the feed while the page is looked at: a browser allows few connections to one server, and a tab behind
/// another needs none. `on_resumed` is called when changes may have been missed; at the beginning, too, where the page is
/// expected to change before it listens (`is_passing`).
pub(super) fn follow(
    is_passing: bool,
    on_change: impl Fn(Change) + 'static,
    on_resumed: impl Fn() + 'static,
) {
    let feed = Rc::new(Feed {
        source: RefCell::new(None),
        was_open: Cell::new(is_passing),
        on_event: RefCell::new(None),
    });
    let listening = Rc::clone(&feed);
    let listener = Closure::new(move |event: Event| {
        if event.type_() == "open" {
            if listening.was_open.replace(true) {
                on_resumed();
            }
        } else if let Some(change) = read(&event) {
            on_change(change);
        }
    });
    feed.on_event.replace(Some(listener));
    feed.open_if_visible();
    let on_visibility = Closure::<dyn Fn()>::new(move || feed.open_if_visible());
    if let Some(document) = browser::document() {
        document.set_onvisibilitychange(Some(on_visibility.as_ref().unchecked_ref()));
    }
    // It lives as long as the page.
    on_visibility.forget();
}

fn read(event: &Event) -> Option<Change> {
    let data = event.dyn_ref::<MessageEvent>()?.data().as_string()?;
    Change::read(&event.type_(), &data)
}

impl Feed {
    fn open_if_visible(&self) {
        let mut source = self.source.borrow_mut();
        if !browser::is_visible() {
            if let Some(source) = source.take() {
                source.close();
            }
        } else if source.is_none() {
            *source = self.open();
        }
    }

    fn open(&self) -> Option<EventSource> {
        let source = EventSource::new("/live").ok()?;
        let listener = self.on_event.borrow();
        let listener = listener.as_ref()?.as_ref().unchecked_ref();
        for kind in Change::KINDS.into_iter().chain(["open"]) {
            source.add_event_listener_with_callback(kind, listener).ok()?;
        }
        Some(source)
    }
}

/// Asks the server for this page once more, and calls back if what it shows has changed since: `marker` is a text that
/// stands in the page for what it shows.
pub(super) fn if_outdated(marker: String, then: impl FnOnce() + 'static) {
    spawn_local(async move {
        if let Some(page) = this_page().await
            && !page.contains(&marker)
        {
            then();
        }
    });
}

async fn this_page() -> Option<String> {
    let window = web_sys::window()?;
    let address = window.location().href().ok()?;
    let response = JsFuture::from(window.fetch_with_str(&address)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
