//! Publishing what happens to a ticket, with its change.

use contracts::events::{DomainEvent, TicketUpdated};

use super::working_set::WorkingSet;
use crate::domain::Ticket;
use crate::error::TicketsError;

/// It was edited, held or released.
pub(super) fn updated(set: &mut WorkingSet, ticket: &Ticket) -> Result<(), TicketsError> {
    let event = TicketUpdated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund_window,
        order_id: ticket.hold.map(|hold| hold.order_id),
    };
    publish(set, ticket, event)
}

/// Publishes the event of a ticket's version.
pub(super) fn publish<E>(set: &mut WorkingSet, ticket: &Ticket, event: E) -> Result<(), TicketsError>
where
    E: DomainEvent + Send + Sync,
{
    set.publish(ticket, event)
}
