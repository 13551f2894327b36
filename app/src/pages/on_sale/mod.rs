//! The landing page: the available tickets.

mod query;
mod search_form;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use ::tickets::{Page, TicketDetails};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::query::Query;
use self::search_form::SearchForm;
use super::load::{Loaded, PageError, load};
use crate::components::{Badge, BadgeKind, EmptyState, PageLinks, TicketCard};
use crate::context::{self, Services};
use crate::islands::{LiveList, LocalTime, Part};
use crate::messages::ticket_count;
use crate::paths;
use crate::ready_lists::ReadyList;

/// The tickets on sale, searched, sorted and in pages.
#[component]
pub(crate) fn OnSalePage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let query = Query::read(&use_query_map().get_untracked());
    let services = context::services()?;
    let start = context::live_start(&services);
    let list = match query.whole_list() {
        Some(sort) => {
            let render = || render(&services, &query);
            services.ready_lists.get(sort, &services.tickets, render).await?
        }
        None => Arc::new(render(&services, &query).await?),
    };
    let (count, marker) = (list.count, list.marker.clone());
    let list = if list.cards.is_empty() {
        nothing(&query)
    } else {
        show(&list, &query)
    };
    let page = view! {
        <Title text="Tickets on sale" />
        <div class="page-head" data-marker=marker>
            <h1>"Tickets on sale"</h1>
            {(count > 0).then(|| view! { <p class="page-head__count">{ticket_count(count)}</p> })}
        </div>
        <SearchForm query=query.clone() />
        <LiveList href=query.first_page() after=start.after reader=start.reader />
        {list}
    };
    Ok(page.into_any())
}

/// Reads and renders a list.
async fn render(services: &Services, query: &Query) -> Result<ReadyList, PageError> {
    let count = services.tickets.count_on_sale(query.search.as_deref()).await?;
    let page = services.tickets.on_sale(query.to_service()).await?;
    Ok(ReadyList {
        count,
        marker: marker(&page),
        next: page.next,
        cards: cards(page).into(),
    })
}

/// The HTML of the tickets. It is shown to all visitors, so it is rendered without the context of a request.
fn cards(page: Page<TicketDetails>) -> String {
    if page.items.is_empty() {
        return String::new();
    }
    let cards = page.items.into_iter().map(|ticket| {
        view! {
            <li data-ticket=ticket.id.to_string() data-state="available">
                <TicketCard
                    href=paths::ticket(ticket.id)
                    title=ticket.title.to_string()
                    price=ticket.price
                    detail=view! { "Listed on " <LocalTime at_ms=ticket.listed_at.as_millis() part=Part::Date /> }
                        .into_any()
                    state=both_states().into_any()
                />
            </li>
        }
    });
    let of_request = Owner::current();
    // It becomes the current owner.
    let cards = Owner::new_root(None).with(|| cards.collect_view().to_html());
    if let Some(owner) = of_request {
        owner.set();
    }
    cards
}

fn show(list: &ReadyList, query: &Query) -> AnyView {
    let next = list.next.map(|cursor| query.page_after(cursor));
    let first = query.after.is_some().then(|| query.first_page());
    let cards = Arc::clone(&list.cards);
    view! {
        <ul class="cards" inner_html=cards></ul>
        <PageLinks first next />
    }
    .into_any()
}

/// Both states are in the page; the stylesheet shows the current one.
fn both_states() -> impl IntoView {
    view! {
        <span class="when-available">
            <Badge kind=BadgeKind::Success text="Available" />
        </span>
        <span class="when-reserved">
            <Badge kind=BadgeKind::Ended text="Reserved" />
        </span>
    }
}

fn nothing(query: &Query) -> AnyView {
    match &query.search {
        Some(search) => view! {
            <div class="empty">
                <p class="empty__text">"No tickets found for “" <strong>{search.clone()}</strong> "”."</p>
                <a class="button" href=paths::ON_SALE>
                    "Show all tickets"
                </a>
            </div>
        }
        .into_any(),
        None if query.after.is_some() => view! {
            <div class="empty">
                <p class="empty__text">"No more tickets."</p>
                <a class="button" href=query.first_page()>
                    "First page"
                </a>
            </div>
        }
        .into_any(),
        None => view! { <EmptyState text="No tickets on sale right now. Be the first to list one." href=paths::NEW_TICKET action="Sell a ticket" /> }
        .into_any(),
    }
}

/// A text that changes whenever the page shows something else.
fn marker(page: &Page<TicketDetails>) -> String {
    let mut hasher = DefaultHasher::new();
    for ticket in &page.items {
        (ticket.id, ticket.version).hash(&mut hasher);
    }
    format!("list-{:016x}", hasher.finish())
}
