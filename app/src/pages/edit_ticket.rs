//! The page for editing a ticket.

use ::tickets::{Availability, TicketDetails};
use contracts::{Field, RefundWindow, TicketId};
use leptos::prelude::*;
use leptos_meta::Title;

use super::form_title::form_title;
use super::load::{Loaded, PageError, id, load, signed_in};
use crate::context;
use crate::flash::Flash;
use crate::islands::{LocalTime, Part, TicketForm, TicketFormPurpose};
use crate::{money, paths};

/// Edits a ticket that is not reserved; otherwise explains why it cannot be edited.
#[component]
pub(crate) fn EditTicketPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let id = id(|text| TicketId::parse(text).ok())?;
    let services = context::services()?;
    let session = signed_in()?;
    let ticket = services.tickets.find(id).await?.ok_or(PageError::NotFound)?;
    if ticket.seller != session.user.id {
        return Err(PageError::NotFound);
    }
    Ok(match ticket.availability {
        Availability::OnSale => form(&ticket),
        held => explanation(&ticket, held),
    })
}

fn form(ticket: &TicketDetails) -> AnyView {
    let path = paths::edit_ticket(ticket.id);
    let flash = use_context::<Flash>().unwrap_or_default();
    let refusal = flash.refusal(&path);
    let input = |field, stored: String| flash.input(&path, field).map_or(stored, ToOwned::to_owned);
    let refund_window = RefundWindow::parse(&input(Field::RefundHours, String::new()));
    view! {
        <Title text=form_title("Edit ticket", refusal.as_ref()) />
        <section class="panel">
            <h1>"Edit ticket"</h1>
            <TicketForm
                purpose=TicketFormPurpose::Edit(ticket.id)
                title=input(Field::Title, ticket.title.to_string())
                price=money::format_input(&input(Field::Price, ticket.price.to_string()))
                refund_window=refund_window.ok().flatten().unwrap_or(ticket.refund_window)
                refusal
            />
            <p class="panel__foot">
                <a href=paths::ticket(ticket.id)>"Cancel"</a>
            </p>
        </section>
    }
    .into_any()
}

fn explanation(ticket: &TicketDetails, availability: Availability) -> AnyView {
    let reason = match availability {
        Availability::Held(until) => view! {
            "Reserved by a buyer until " <LocalTime at_ms=until.as_millis() part=Part::Time />
            ". If it isn't bought by then, you can edit it again."
        }
        .into_any(),
        _ => "This ticket has been sold, so it can't be edited.".into_any(),
    };
    view! {
        <Title text="Edit ticket" />
        <section class="panel">
            <h1>"You can't edit this ticket"</h1>
            <p class="panel__lead">{reason}</p>
            <p class="panel__foot">
                <a href=paths::ticket(ticket.id)>"Back to the ticket"</a>
            </p>
        </section>
    }
    .into_any()
}
