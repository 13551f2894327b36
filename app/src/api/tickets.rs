//! Listing and editing tickets.

use contracts::forms::TicketForm;
use contracts::{ErrorCode, Field, Offer, TicketId};
use leptos::prelude::*;

use super::form_reply::{SubmittedForm, redirect_to_sign_in, submission};
use crate::context;
use crate::flash::{self, Flash, Notice};
use crate::outcome::{Failure, Outcome};
use crate::paths;

/// Lists a ticket, once even if the form is sent twice, changed or not.
#[server(prefix = "/fn", endpoint = "tickets/create")]
pub(crate) async fn create_ticket(
    #[server(default)] form_key: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
    #[server(default)] refund_hours: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let Some(session) = context::session() else {
        return Ok(redirect_to_sign_in(paths::NEW_TICKET));
    };
    let input = TicketForm {
        title,
        price,
        refund_hours,
    };
    let form = form_on(paths::NEW_TICKET, &input);
    let ticket = match services.tickets.check_offer(input.read()) {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(form.refused(refusal)),
    };
    let seller = session.user.id;
    let submission = submission(&services, seller, "tickets/create", &form_key, &content(&ticket))?;
    let created = services
        .tickets
        .create_from_form(seller, ticket, submission)
        .await;
    form.reply(created, |created| {
        flash::set(&Flash::Done(if created.is_as_submitted {
            Notice::Listed
        } else {
            Notice::AlreadyListed
        }));
        paths::ticket(created.ticket)
    })
}

fn form_on(page: impl Into<String>, input: &TicketForm) -> SubmittedForm {
    SubmittedForm::on_page(page)
        .with_input(Field::Title, &input.title)
        .with_input(Field::Price, &input.price)
        .with_input(Field::RefundHours, &input.refund_hours)
}

/// The parts of an offer that distinguish two submissions.
fn content(offer: &Offer) -> [String; 3] {
    [
        offer.title.to_string(),
        offer.price.to_string(),
        offer.refund_window.to_string(),
    ]
}

/// Edits the user's own ticket while it is not reserved.
#[server(prefix = "/fn", endpoint = "tickets/edit")]
pub(crate) async fn edit_ticket(
    #[server(default)] ticket_id: String,
    #[server(default)] title: String,
    #[server(default)] price: String,
    #[server(default)] refund_hours: String,
) -> Result<Outcome, Failure> {
    let services = context::services()?;
    let Ok(id) = TicketId::parse(&ticket_id) else {
        return Ok(SubmittedForm::on_page(paths::MY_TICKETS).refused(ErrorCode::NotFound.into()));
    };
    let page = paths::edit_ticket(id);
    let Some(session) = context::session() else {
        return Ok(redirect_to_sign_in(&page));
    };
    let input = TicketForm {
        title,
        price,
        refund_hours,
    };
    let form = form_on(page, &input);
    let change = match services.tickets.check_change(input.read()) {
        Ok(change) => change,
        Err(refusal) => return Ok(form.refused(refusal)),
    };
    let edited = services.tickets.edit(session.user.id, id, change).await;
    form.reply(edited, |ticket| {
        flash::set(&Flash::Done(Notice::Saved));
        paths::ticket(ticket.id)
    })
}
