//! The page of what one sells.

use std::collections::HashSet;

use ::tickets::{Availability, Ticket};
use contracts::{TicketId, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, load, services, signed_in};
use crate::components::{Badge, Empty, SellingNav, TicketCard, Tone};
use crate::islands::{LocalTime, Part};

/// Every ticket that one has listed, with its state.
#[component]
pub(crate) fn MyTicketsPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let session = signed_in()?;
    let services = services()?;
    let tickets = services.tickets.listed_by(session.user.id).await?;
    let reverted = services.tickets.reverted_edits_of(session.user.id).await?;
    let reverted: HashSet<TicketId> = reverted.into_iter().map(|edit| edit.ticket).collect();
    let now = services.now();
    let list = if tickets.is_empty() {
        view! { <Empty text="You have not listed a ticket yet." href="/tickets/new" action="Sell a ticket" /> }
        .into_any()
    } else {
        let cards = tickets
            .into_iter()
            .map(|ticket| view! { <li>{card(&ticket, reverted.contains(&ticket.id), now)}</li> });
        view! { <ul class="cards">{cards.collect_view()}</ul> }.into_any()
    };
    let page = view! {
        <Title text="My tickets" />
        <div class="page-head">
            <h1>"My tickets"</h1>
        </div>
        <SellingNav />
        {list}
    };
    Ok(page.into_any())
}

fn card(ticket: &Ticket, was_edit_reverted: bool, now: Timestamp) -> impl IntoView + use<> {
    let (state, detail) = match ticket.availability(now) {
        Availability::OnSale => (
            view! { <Badge tone=Tone::Good text="On sale" /> },
            view! { "Listed on " <LocalTime at_ms=ticket.created_at.as_millis() part=Part::Day /> }
                .into_any(),
        ),
        Availability::Held(until) => (
            view! { <Badge tone=Tone::Waiting text="Reserved" /> },
            view! { "Reserved until " <LocalTime at_ms=until.as_millis() part=Part::TimeOfDay /> }.into_any(),
        ),
        Availability::Sold => (
            view! { <Badge tone=Tone::Ended text="Sold" /> },
            "Paid and handed over".into_any(),
        ),
    };
    view! {
        <TicketCard
            href=format!("/tickets/{}", ticket.id)
            title=ticket.title.to_string()
            price=ticket.price
            detail=view! { {detail} {was_edit_reverted.then_some(" · Your last edit was undone")} }.into_any()
            state=state.into_any()
        />
    }
}
