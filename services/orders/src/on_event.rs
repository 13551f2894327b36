//! What the orders service does with the events of other services.

mod payments;
mod tickets;

pub use payments::OnPaymentEvent;
pub use tickets::OnTicketEvent;
