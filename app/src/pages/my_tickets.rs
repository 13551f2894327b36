//! The page with the tickets that the user sells.

use std::collections::HashSet;

use ::tickets::{Availability, Page, TicketDetails};
use contracts::TicketId;
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, load, signed_in};
use super::paging::{PAGE_SIZE, after, cards};
use crate::components::{Badge, BadgeKind, EmptyState, SellingNav, TicketCard};
use crate::context;
use crate::islands::{LocalTime, Part};
use crate::paths;

/// All tickets of the user with their state, newest first, paginated.
#[component]
pub(crate) fn MyTicketsPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let after: Option<TicketId> = after();
    let session = signed_in()?;
    let services = context::services()?;
    let seller = session.user.id;
    let tickets = services.tickets.listed_by(seller, after, PAGE_SIZE).await?;
    let ids: Vec<TicketId> = tickets.items.iter().map(|ticket| ticket.id).collect();
    let reverted = services.tickets.reverted_edits_among(seller, &ids).await?;
    let reverted: HashSet<TicketId> = reverted.into_iter().map(|edit| edit.ticket).collect();
    let page = view! {
        <Title text="My tickets" />
        <div class="page-head">
            <h1>"My tickets"</h1>
        </div>
        <SellingNav />
        {list(&tickets, after, &reverted)}
    };
    Ok(page.into_any())
}

fn list(page: &Page<TicketDetails>, after: Option<TicketId>, reverted: &HashSet<TicketId>) -> AnyView {
    let empty = view! { <EmptyState text="You haven't listed any tickets yet." href=paths::NEW_TICKET action="Sell a ticket" /> };
    let shown = page
        .items
        .iter()
        .map(|ticket| card(ticket, reverted.contains(&ticket.id)).into_any());
    cards(
        paths::MY_TICKETS,
        shown.collect(),
        after.is_none(),
        page.next,
        empty,
    )
}

fn card(ticket: &TicketDetails, was_edit_reverted: bool) -> impl IntoView + use<> {
    let listed_on =
        || view! { "Listed on " <LocalTime at_ms=ticket.listed_at.as_millis() part=Part::Date /> };
    let (state, detail) = match ticket.availability {
        Availability::OnSale => (
            view! { <Badge kind=BadgeKind::Success text="On sale" /> },
            listed_on().into_any(),
        ),
        Availability::Held(until) => (
            view! { <Badge kind=BadgeKind::Pending text="Reserved" /> },
            view! { "Reserved until " <LocalTime at_ms=until.as_millis() part=Part::Time /> }.into_any(),
        ),
        Availability::Sold => (
            view! { <Badge kind=BadgeKind::Ended text="Sold" /> },
            listed_on().into_any(),
        ),
    };
    view! {
        <TicketCard
            href=paths::ticket(ticket.id)
            title=ticket.title.to_string()
            price=ticket.price
            detail=view! { {detail} {was_edit_reverted.then_some(" · Your last edit was undone")} }.into_any()
            state=state.into_any()
        />
    }
}
