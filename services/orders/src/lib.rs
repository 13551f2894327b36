//! Ticketing's orders service: reservations, orders and their refunds.
//!
//! It owns the orders, and with them the rule that a ticket has at most one live order. It has its own replica of the
//! tickets, fed by their events, so that a reservation calls no other service.

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
pub use expiry::run_expiry_worker;
pub use history::{HistoryEntry, OrderHistoryEvent};
pub use on_event::{OnPaymentEvent, OnTicketEvent};
pub use page::{MAX_PAGE, Page, SaleCursor, Sort};
pub use routes::routes;
pub use sale::{Earnings, Sale};
pub use service::{Orders, OrdersConfig};
pub use wanted::WantedTicket;

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
