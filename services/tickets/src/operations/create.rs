//! Putting tickets on sale.

use contracts::events::TicketCreated;
use contracts::views::TicketView;
use contracts::{Offer, TicketId, Timestamp, UserId};
use event_log::Transaction;
use web::{Caller, FormSubmission};

use super::{Tickets, publish};
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::store::Tables;

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
        let caller = caller.into();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = Timestamp::from_millis(tx.now_ms());
                    let ticket = insert(tx, caller.user, ticket).await?.view(now);
                    caller.recorder.record(tx, &ticket).await?;
                    Ok(ticket)
                })
            })
            .await
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
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(earlier) = submission.previous_result(tx).await? {
                        return Ok(FormResult {
                            ticket: tx.tickets().find_created(earlier.result).await?.id,
                            is_as_submitted: earlier.is_same_content,
                        });
                    }
                    let ticket = insert(tx, seller, ticket).await?;
                    submission.record_result(tx, &ticket.id.to_string()).await?;
                    Ok(FormResult {
                        ticket: ticket.id,
                        is_as_submitted: true,
                    })
                })
            })
            .await
    }
}

/// The ticket that a form has put on sale, now or when it was submitted before.
#[derive(Debug, Clone, Copy)]
pub struct FormResult {
    /// The ticket.
    pub ticket: TicketId,
    /// False if the form was submitted before with another content, which the ticket was created from.
    pub is_as_submitted: bool,
}

async fn insert(tx: &mut Transaction, seller: UserId, ticket: Offer) -> Result<Ticket, TicketsError> {
    let ticket = Ticket {
        id: TicketId::from_uuid(tx.next_id()),
        title: ticket.title,
        price: ticket.price,
        refund_window: ticket.refund_window,
        seller,
        version: 0,
        offer_version: 0,
        hold: None,
        created_at: Timestamp::from_millis(tx.now_ms()),
    };
    tx.tickets().insert(&ticket).await?;
    let event = TicketCreated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund_window,
    };
    publish::append(tx, &ticket, &event).await?;
    Ok(ticket)
}
