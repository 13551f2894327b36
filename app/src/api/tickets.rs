//! Listing tickets and changing them.

use contracts::forms::TicketForm;
use contracts::{ErrorCode, Field, Offer, TicketId};
use leptos::prelude::*;

use super::conclude::{Form, services, sign_in_first, submission};
use crate::context;
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};

/// Puts a ticket on sale: one, also when the form is sent twice.
#[server(prefix = "/fn", endpoint = "tickets/create")]
pub(crate) async fn create_ticket(
    #[server(default)] form_key: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
    #[server(default)] refund_hours: String,
) -> Result<Outcome, Failure> {
    const PAGE: &str = "/tickets/new";
    let services = services()?;
    let Some(session) = context::session() else {
        return Ok(sign_in_first(PAGE));
    };
    let form = Form::on(PAGE)
        .with(Field::Title, &title)
        .with(Field::Price, &price)
        .with(Field::RefundHours, &refund_hours);
    let typed = TicketForm {
        title,
        price,
        refund_hours,
    };
    let ticket = match services.tickets.check_offer(typed.read()) {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(form.refused(refusal)),
    };
    let seller = session.user.id;
    let submission = submission(&services, seller, "tickets/create", &form_key, &content(&ticket))?;
    let created = services
        .tickets
        .create_from_form(seller, ticket, submission)
        .await;
    form.conclude(created, |ticket| {
        flash::tell(&Flash::Done(Notice::Listed));
        format!("/tickets/{}", ticket.id)
    })
}

/// What makes an offer another one.
fn content(offer: &Offer) -> [String; 3] {
    [
        offer.title.to_string(),
        offer.price.to_string(),
        offer.refund.to_string(),
    ]
}

/// Changes one's own ticket while nothing holds it.
#[server(prefix = "/fn", endpoint = "tickets/edit")]
pub(crate) async fn edit_ticket(
    #[server(default)] ticket_id: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
    #[server(default)] refund_hours: String,
) -> Result<Outcome, Failure> {
    let services = services()?;
    let Ok(id) = TicketId::parse(&ticket_id) else {
        return Ok(Form::on("/tickets/mine").refused(ErrorCode::NotFound.into()));
    };
    let page = format!("/tickets/{id}/edit");
    let Some(session) = context::session() else {
        return Ok(sign_in_first(&page));
    };
    let form = Form::on(page)
        .with(Field::Title, &title)
        .with(Field::Price, &price)
        .with(Field::RefundHours, &refund_hours);
    let typed = TicketForm {
        title,
        price,
        refund_hours,
    };
    let change = match services.tickets.check_change(typed.read()) {
        Ok(change) => change,
        Err(refusal) => return Ok(form.refused(refusal)),
    };
    let edited = services.tickets.edit(session.user.id, id, change).await;
    form.conclude(edited, |ticket| {
        flash::tell(&Flash::Done(Notice::Saved));
        format!("/tickets/{}", ticket.id)
    })
}
