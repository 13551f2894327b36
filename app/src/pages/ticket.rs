//! The page of one ticket.

use std::time::Duration;

use ::tickets::{Availability, TicketDetails};
use contracts::{OrderId, RefundWindow, Refusal, TicketId, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;
use web::Session;

use super::load::{Loaded, PageError, id, load};
use crate::components::{Badge, BadgeKind, Bars, LiveState, PriceTag, RevertedEditNote};
use crate::context::{self, Services};
use crate::flash::Flash;
use crate::islands::{Action, ActionForm, ButtonStyle, LocalTime, Part};
use crate::messages::form_message;
use crate::{dates, paths};

/// A ticket, with what this user can do: buy it, edit it, or open their order.
#[component]
pub(crate) fn TicketPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let id = id(|text| TicketId::parse(text).ok())?;
    let services = context::services()?;
    let start = context::live_start(&services);
    let session = context::session();
    let ticket = services.tickets.find(id).await?.ok_or(PageError::NotFound)?;
    let own_order = own_order(&services, session.as_ref(), &ticket).await?;
    let is_seller = session.is_some_and(|session| session.user.id == ticket.seller);
    let is_own = is_seller || own_order.is_some();
    let availability = ticket.availability;
    let refusal = use_context::<Flash>()
        .unwrap_or_default()
        .refusal(&paths::ticket(id));
    // The buy button shows its own refusal. If the ticket is gone and the button with it, the refusal is shown here.
    let refusal_note = match availability {
        Availability::OnSale => None,
        Availability::Held(_) | Availability::Sold => refusal.as_ref().and_then(form_message),
    };
    let offer = match (availability, is_seller, own_order) {
        (Availability::Sold, _, Some(order)) => bought(order),
        (_, _, Some(order)) => own_reservation(order),
        (Availability::OnSale, true, _) => own_listing(id),
        (Availability::OnSale, false, _) => buy_form(&ticket, services.orders.config().hold, refusal),
        (Availability::Held(until), _, _) => reserved(until, is_seller),
        (Availability::Sold, _, _) => sold(is_seller),
    };
    let reverted_edit = if is_seller {
        services.tickets.reverted_edit(id).await?
    } else {
        None
    };
    let is_available = availability == Availability::OnSale;
    let marker = format!("ticket-{id}-{}-{is_available}", ticket.version);
    let page = view! {
        <Title text=ticket.title.to_string() />
        <LiveState watches=id.to_string() start />
        <article class="ticket" data-part="ticket" data-marker=marker data-offer=ticket.offer_version.to_string()>
            <div class="ticket__body">
                <p class="ticket__state">
                    <AvailabilityBadge availability is_own />
                </p>
                <h1 class="ticket__title">{ticket.title.to_string()}</h1>
                <p class="ticket__detail">
                    "Listed on " <LocalTime at_ms=ticket.listed_at.as_millis() part=Part::Date />
                </p>
                <p class="ticket__detail">{refund_rule(ticket.refund_window)}</p>
                {reverted_edit.map(|edit| view! { <RevertedEditNote edit /> })}
                <Bars id=id.to_string() />
            </div>
            <div class="ticket__stub">
                <PriceTag price=ticket.price />
                {refusal_note.map(|message| view! { <p class="alert" role="alert">{message}</p> })}
                {offer}
            </div>
        </article>
        <p class="back">
            <a href=paths::ON_SALE>"All tickets on sale"</a>
        </p>
    };
    Ok(page.into_any())
}

/// The refund policy.
fn refund_rule(refund_window: RefundWindow) -> String {
    match refund_window.hours() {
        0 => "No refunds.".to_owned(),
        hours => format!("Refundable for {} after purchase.", dates::hours(hours)),
    }
}

/// The order that holds the ticket, if it is the user's own.
async fn own_order(
    services: &Services,
    session: Option<&Session>,
    ticket: &TicketDetails,
) -> Result<Option<OrderId>, PageError> {
    let (Some(session), Some(order)) = (session, ticket.held_by) else {
        return Ok(None);
    };
    match services.orders.find(session.user.id, order).await {
        Ok(order) => Ok(Some(order.id)),
        Err(::orders::OrdersError::NotOwner) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[component]
fn AvailabilityBadge(
    availability: Availability,
    /// Whether the user sells it, or has reserved or bought it.
    is_own: bool,
) -> impl IntoView {
    let (kind, text) = match availability {
        Availability::OnSale => (BadgeKind::Success, "Available"),
        Availability::Held(_) if is_own => (BadgeKind::Pending, "Reserved"),
        Availability::Held(_) => (BadgeKind::Ended, "Reserved"),
        Availability::Sold => (BadgeKind::Ended, "Sold"),
    };
    view! { <Badge kind text /> }
}

/// The form has the version of the offer, so that it never reserves another one.
fn buy_form(ticket: &TicketDetails, hold: Duration, refusal: Option<Refusal>) -> AnyView {
    view! {
        <ActionForm
            action=Action::Reserve {
                ticket: ticket.id,
                version: ticket.version,
            }
            label="Buy ticket".to_owned()
            style=ButtonStyle::Primary
            refusal
        />
        <p class="ticket__note">
            {format!("We'll reserve it for you for {} while you pay. You won't be charged yet.", dates::duration(hold))}
        </p>
    }
    .into_any()
}

fn own_listing(id: TicketId) -> AnyView {
    view! {
        <a class="button button--wide" href=paths::edit_ticket(id)>
            "Edit"
        </a>
        <p class="ticket__note">"Your listing. You can edit it until someone reserves it."</p>
    }
    .into_any()
}

fn own_reservation(order: OrderId) -> AnyView {
    view! {
        <a class="button button--primary button--wide" href=paths::order(order)>
            "Go to your order"
        </a>
        <p class="ticket__note">"You've reserved this ticket."</p>
    }
    .into_any()
}

fn reserved(until: Timestamp, is_seller: bool) -> AnyView {
    let consequence = if is_seller {
        "If it isn't bought by then, you can edit it again."
    } else {
        "If it isn't bought by then, it goes back on sale."
    };
    view! {
        <p class="ticket__note ticket__note--strong">
            "Reserved until " <LocalTime at_ms=until.as_millis() part=Part::Time />
        </p>
        <p class="ticket__note">{consequence}</p>
    }
    .into_any()
}

fn bought(order: OrderId) -> AnyView {
    view! {
        <p class="ticket__note ticket__note--strong">"You bought this ticket."</p>
        <a class="button button--wide" href=paths::order(order)>
            "Go to your order"
        </a>
    }
    .into_any()
}

fn sold(is_seller: bool) -> AnyView {
    let sales = is_seller.then(|| {
        view! {
            <a class="button button--wide" href=paths::SALES>
                "See your sales"
            </a>
        }
    });
    view! {
        <p class="ticket__note ticket__note--strong">"This ticket has been sold."</p>
        {sales}
    }
    .into_any()
}
