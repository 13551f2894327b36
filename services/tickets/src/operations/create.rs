//! Putting tickets on sale.

use contracts::events::TicketCreated;
use contracts::views::TicketView;
use contracts::{Offer, UserId};
use web::{Caller, FormSubmission};

use super::command::Command;
use super::form::{FormRequest, FormResult};
use super::working_set::WorkingSet;
use super::{Tickets, publish};
use crate::domain::Ticket;
use crate::error::TicketsError;

impl Tickets {
    /// Puts a ticket on sale.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn create(
        &self,
        caller: impl Into<Caller<TicketView>>,
        ticket: Offer,
    ) -> Result<TicketView, TicketsError> {
        self.execute(caller.into(), Command::Create(ticket)).await
    }

    /// The same, for a form that may be submitted twice: the second time it returns the ticket of the first, also if
    /// the form was changed in between.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn create_from_form(
        &self,
        seller: UserId,
        ticket: Offer,
        submission: FormSubmission,
    ) -> Result<FormResult, TicketsError> {
        self.forms
            .submit(FormRequest {
                seller,
                offer: ticket,
                submission,
            })
            .await
    }
}

/// Puts a new ticket on sale.
pub(super) fn create(set: &mut WorkingSet, seller: UserId, offer: Offer) -> Result<Ticket, TicketsError> {
    let ticket = Ticket {
        id: set.next_ticket_id(),
        title: offer.title,
        price: offer.price,
        refund_window: offer.refund_window,
        seller,
        version: 0,
        offer_version: 0,
        hold: None,
        created_at: set.now(),
    };
    let event = TicketCreated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund_window,
    };
    publish::publish(set, &ticket, event)?;
    set.insert(ticket.clone());
    Ok(ticket)
}
