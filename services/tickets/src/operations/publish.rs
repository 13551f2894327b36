//! Publishing what happens to a ticket.

use contracts::events::{DomainEvent, TicketUpdated};
use event_log::{DatabaseError, Transaction};

use crate::domain::Ticket;

/// Publishes a new version, in the transaction of the change.
pub(super) async fn publish_updated(tx: &mut Transaction, ticket: &Ticket) -> Result<(), DatabaseError> {
    let event = TicketUpdated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund_window,
        order_id: ticket.hold.map(|hold| hold.order_id),
    };
    append(tx, ticket, &event).await
}

/// Appends the event of a ticket's version.
pub(super) async fn append<E: DomainEvent + Sync>(
    tx: &mut Transaction,
    ticket: &Ticket,
    event: &E,
) -> Result<(), DatabaseError> {
    tx.append(E::SUBJECT, &ticket.id.to_string(), ticket.version, event)
        .await?;
    Ok(())
}
