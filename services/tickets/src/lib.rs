//! Ticketing's tickets service: listings and their availability.
//!
//! It owns the tickets. It knows orders only from their events: which order holds a ticket, and until when. A
//! hold carries its deadline, so a ticket is available the moment its hold expires, whether or not a worker runs.

mod catalog;
pub mod consumers;
mod domain;
mod error;
mod fold;
mod listing;
mod metrics;
mod operations;
mod routes;
mod search;
mod store;
mod views;

use event_log::Migrations;
use service::{Definition, Service};
use sqlx::migrate::Migrator;
use web::Sessions;

pub use domain::{Availability, RevertedEdit};
pub use error::TicketsError;
pub use operations::{FormResult, Tickets};
pub use routes::routes;
pub use search::{Cursor, OnSaleQuery, Page, Sort};
pub use views::TicketDetails;

/// The tables of this service.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/tickets/postgres");

/// The service, as every command knows it.
pub static DEFINITION: Definition = Definition::new("tickets", MIGRATIONS).with_subscriptions(consumers::all);

/// The service, as it runs.
#[must_use]
pub fn service(tickets: &Tickets, sessions: &Sessions) -> Service {
    let (tickets_of_routes, sessions) = (tickets.clone(), sessions.clone());
    let metrics = tickets.metrics().clone();
    Service::new(&DEFINITION, tickets.database().clone())
        .with_routes(move || routes(tickets_of_routes.clone(), sessions.clone()))
        .with_subscriptions(consumers::all())
        .with_metrics(move |registry| metrics.register(registry))
}
