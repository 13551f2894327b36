//! The events of the tickets service.

use contracts::events::{TicketCreated, TicketUpdated};
use service::{BatchSubscription, Subscription};

use crate::operations::replica::Replica;

/// Maintains the replica of the tickets.
#[must_use]
pub fn tickets() -> Subscription {
    BatchSubscription::<Replica>::of("tickets")
        .on::<TicketCreated>(|event, keys| keys.push(event.id), Replica::apply)
        .on::<TicketUpdated>(|event, keys| keys.push(event.id), Replica::apply)
        .into()
}
