//! Ticketing's orders service: who has reserved which ticket, and what became of it.
//!
//! It owns the orders, and with them the rule that a ticket has at most one live order. It keeps its own copy of the
//! tickets, fed by their events, so that a reservation asks nobody.

mod domain;
mod error;
mod expiry;
mod history;
mod on_event;
mod page;
mod routes;
mod sale;
mod service;
mod store;
mod wanted;

pub use domain::{IllegalTransition, Order, OrderedTicket, Purchase, transition};
pub use error::OrdersError;
pub use expiry::close_expired;
pub use history::{Happened, HistoryEntry};
pub use on_event::{OnPaymentEvent, OnTicketEvent};
pub use page::{MAX_PAGE, Page, SaleCursor, Sort};
pub use routes::routes;
pub use sale::{Earnings, Sale};
pub use service::{Orders, OrdersConfig};
pub use wanted::WantedTicket;

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
