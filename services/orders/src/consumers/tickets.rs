//! The events of the tickets service.

use contracts::events::{TicketCreated, TicketUpdated};
use service::Consumer;

use crate::operations::replica::replicate;

/// Maintains the replica of the tickets.
#[must_use]
pub fn tickets() -> Consumer {
    Consumer::of("tickets")
        .on::<TicketCreated>(replicate)
        .on::<TicketUpdated>(replicate)
}
