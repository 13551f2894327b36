//! The list of tickets on sale, kept true while it is open.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use contracts::TicketId;
use leptos::prelude::*;
use web_sys::Element;

use super::LiveStart;
use super::change::Change;
use super::feed::{self, Message};
use super::summary::{Turn, news, summary};
use crate::islands::{browser, text};

/// Changes that come this close together are told in one sentence.
const PAUSE: Duration = Duration::from_secs(1);

/// Marks the rows of the page, which are those with `data-ticket`, as reserved or available when they become so, and
/// offers to show what was listed since.
#[island]
pub fn LiveList(
    /// The address of the list.
    href: String,
    /// Where the feed begins.
    start: LiveStart,
) -> impl IntoView {
    let listed = RwSignal::new(Vec::new());
    let is_outdated = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    Effect::new(move || {
        let turns = Rc::new(RefCell::new(Vec::new()));
        feed::follow(move |message| match message {
            // The page may show already what was listed while it was made.
            Message::Change(Change::Listed(id)) => {
                if row(id).is_none() && listed.with_untracked(|listed| !listed.contains(&id)) {
                    listed.update(|listed| listed.push(id));
                }
            }
            Message::Change(Change::Ticket { id, is_available }) => {
                if let Some(turn) = mark(id, is_available) {
                    tell_soon(&turns, turn, said);
                }
            }
            Message::Outdated => is_outdated.set(true),
        });
    });
    let status = text::follow(move || said.get());
    let link = move || {
        let count = listed.with(Vec::len);
        let has_news = count > 0 || is_outdated.get();
        has_news.then(|| view! { <a class="news__link" href=href.clone()>{news(count)}</a> })
    };
    view! {
        <div class="news" data-live-after=start.after data-reader=start.reader>
            <p class="news__text" role="status">
                {link}
            </p>
            <p class="visually-hidden" role="status" node_ref=status></p>
        </div>
    }
}

/// Marks a row; nothing if it is not in the page or was marked so before.
fn mark(id: TicketId, is_available: bool) -> Option<Turn> {
    let row = row(id)?;
    let state = if is_available { "available" } else { "reserved" };
    if row.get_attribute("data-state").as_deref() == Some(state) {
        return None;
    }
    row.set_attribute("data-state", state).ok()?;
    let title = row.query_selector("[data-title]").ok()??.text_content()?;
    Some(Turn { title, is_available })
}

/// The row of a ticket.
fn row(id: TicketId) -> Option<Element> {
    let selector = format!("[data-ticket='{id}']");
    browser::document()?.query_selector(&selector).ok()?
}

fn tell_soon(turns: &Rc<RefCell<Vec<Turn>>>, turn: Turn, said: RwSignal<String>) {
    turns.borrow_mut().push(turn);
    if turns.borrow().len() == 1 {
        let turns = Rc::clone(turns);
        set_timeout(move || said.set(summary(&turns.take())), PAUSE);
    }
}
