//! The list of tickets on sale, kept true while it is open.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use contracts::TicketId;
use leptos::prelude::*;

use super::change::Change;
use super::feed;
use super::summary::{Turn, news, summary};
use crate::islands::browser;

/// Changes that come this close together are told in one sentence.
const PAUSE: Duration = Duration::from_secs(1);

/// Marks the rows of the page, which are those with `data-ticket`, as reserved or available when they become so, and
/// offers to show what was listed since.
#[island]
pub fn LiveList(
    /// A text that stands in the page for what it shows.
    marker: String,
    /// The address of the list.
    href: String,
) -> impl IntoView {
    let listed = RwSignal::new(0);
    let is_outdated = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    Effect::new(move || {
        let turns = Rc::new(RefCell::new(Vec::new()));
        let on_change = move |change| match change {
            Change::Listed => listed.update(|count| *count += 1),
            Change::Ticket(ticket) => {
                if let Some(turn) = mark(ticket.id, ticket.available) {
                    tell_soon(&turns, turn, said);
                }
            }
            Change::Order(_) | Change::Payment(_) => {}
        };
        let marker = marker.clone();
        let on_resumed = move || feed::if_outdated(marker.clone(), move || is_outdated.set(true));
        feed::follow(false, on_change, on_resumed);
    });
    let link = move || {
        let has_news = listed.get() > 0 || is_outdated.get();
        has_news.then(|| view! { <a class="news__link" href=href.clone()>{news(listed.get())}</a> })
    };
    view! {
        <div class="news">
            <p class="news__text" role="status">
                {link}
            </p>
            <p class="visually-hidden" role="status">
                {move || said.get()}
            </p>
        </div>
    }
}

/// Marks a row; nothing if it is not in the page or was marked so before.
fn mark(id: TicketId, is_available: bool) -> Option<Turn> {
    let row = browser::document()?
        .query_selector(&format!("[data-ticket='{id}']"))
        .ok()??;
    let state = if is_available { "available" } else { "reserved" };
    if row.get_attribute("data-state").as_deref() == Some(state) {
        return None;
    }
    row.set_attribute("data-state", state).ok()?;
    let title = row.query_selector("[data-title]").ok()??.text_content()?;
    Some(Turn { title, is_available })
}

fn tell_soon(turns: &Rc<RefCell<Vec<Turn>>>, turn: Turn, said: RwSignal<String>) {
    turns.borrow_mut().push(turn);
    if turns.borrow().len() == 1 {
        let turns = Rc::clone(turns);
        set_timeout(move || said.set(summary(&turns.take())), PAUSE);
    }
}
