//! Keeps the list of tickets on sale up to date while it is open.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use contracts::TicketId;
use leptos::prelude::*;
use web_sys::Element;

use super::change::Change;
use super::feed::{self, Message};
use super::summary::{AvailabilityChange, link_text, summary};
use crate::islands::effect::effect;
use crate::islands::{browser, text};

/// Changes within this time are announced together.
const PAUSE: Duration = Duration::from_secs(1);

/// Marks the rows with `data-ticket` as reserved or available when that changes, and offers to show tickets that were
/// listed since.
#[island]
pub fn LiveList(
    /// The address of the list.
    href: String,
    /// The position in the event logs where the feed starts.
    after: String,
    /// Identifies the visitor.
    reader: String,
) -> impl IntoView {
    let listed = RwSignal::new(Vec::new());
    let is_outdated = RwSignal::new(false);
    let announcement = RwSignal::new(String::new());
    effect(move || {
        let changes = Rc::new(RefCell::new(Vec::new()));
        feed::follow(move |message| match message {
            // The page may already show a ticket that was listed while it was rendered.
            Message::Change(Change::Listed(id)) => {
                if row(id).is_none() && listed.with_untracked(|listed| !listed.contains(&id)) {
                    listed.update(|listed| listed.push(id));
                }
            }
            Message::Change(Change::Ticket { id, is_available }) => {
                if let Some(change) = update_row(id, is_available) {
                    announce_soon(&changes, change, announcement);
                }
            }
            Message::Outdated => is_outdated.set(true),
        });
    });
    let status = text::follow(move || announcement.get());
    let link = move || {
        let count = listed.with(Vec::len);
        let is_visible = count > 0 || is_outdated.get();
        is_visible.then(|| view! { <a class="live-update__link" href=href.clone()>{link_text(count)}</a> })
    };
    view! {
        <div class="live-update" data-live-after=after data-reader=reader>
            <p class="live-update__text" role="status">
                {link}
            </p>
            <p class="visually-hidden" role="status" node_ref=status></p>
        </div>
    }
}

/// Marks a row; `None` if it is not on the page or already has that state.
fn update_row(id: TicketId, is_available: bool) -> Option<AvailabilityChange> {
    let row = row(id)?;
    let state = if is_available { "available" } else { "reserved" };
    if row.get_attribute("data-state").as_deref() == Some(state) {
        return None;
    }
    row.set_attribute("data-state", state).ok()?;
    let title = row.query_selector("[data-title]").ok()??.text_content()?;
    Some(AvailabilityChange { title, is_available })
}

/// The row of a ticket.
fn row(id: TicketId) -> Option<Element> {
    let selector = format!("[data-ticket='{id}']");
    browser::document()?.query_selector(&selector).ok()?
}

fn announce_soon(
    changes: &Rc<RefCell<Vec<AvailabilityChange>>>,
    change: AvailabilityChange,
    announcement: RwSignal<String>,
) {
    changes.borrow_mut().push(change);
    if changes.borrow().len() == 1 {
        let changes = Rc::clone(changes);
        set_timeout(move || announcement.set(summary(&changes.take())), PAUSE);
    }
}
