//! Ticketing's tickets service: listings and their availability.
//!
//! It owns the tickets. It knows of orders only what their events say: which order holds a ticket, and until when. A
//! hold carries its deadline, so a ticket is available the moment its hold expires, whether or not a worker runs.

mod domain;
mod error;
mod fold;
mod listing;
mod on_event;
mod refold;
mod reserved_offer;
mod routes;
mod search;
mod service;
mod store;

pub use domain::{Availability, Hold, RevertedEdit, Ticket};
pub use error::TicketsError;
pub use on_event::OnOrderEvent;
pub use routes::routes;
pub use search::{Cursor, OnSaleQuery, Page, Sort};
pub use service::{FormResult, Tickets};

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
