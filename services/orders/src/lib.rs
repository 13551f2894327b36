//! Ticketing's orders service: reservations, orders and their refunds.
//!
//! It owns the orders, and with them the rule that a ticket has at most one live order. It has its own replica of the
//! tickets, fed by their events, so that a reservation calls no other service.

pub mod consumers;
mod domain;
mod error;
mod expiry;
mod history;
mod invariants;
mod metrics;
mod operations;
mod page;
mod reservation_request;
mod routes;
mod sale;
mod store;
mod views;

use event_log::Migrations;
use service::{Definition, Service};
use sqlx::migrate::Migrator;
use web::Sessions;

pub use domain::IllegalTransition;
pub use error::OrdersError;
pub use expiry::{EXPIRY_WORKER, expiry_worker};
pub use history::{HistoryEntry, OrderHistoryEvent};
pub use operations::{Orders, OrdersConfig};
pub use page::{MAX_PAGE, Page, SaleCursor, Sort};
pub use reservation_request::ReservationRequest;
pub use routes::routes;
pub use sale::{Earnings, Sale};
pub use views::{OrderDetails, Purchase};

/// The tables of this service.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/orders/postgres");

/// The service, as every command knows it.
pub static DEFINITION: Definition = Definition::new("orders", MIGRATIONS)
    .with_subscriptions(|| consumers::all(&OrdersConfig::default()))
    .with_invariants(invariants::all);

/// The service, as it runs.
#[must_use]
pub fn service(orders: &Orders, sessions: &Sessions) -> Service {
    let (orders_of_routes, sessions) = (orders.clone(), sessions.clone());
    let metrics = orders.metrics().clone();
    Service::new(&DEFINITION, orders.database().clone())
        .with_routes(move || routes(orders_of_routes.clone(), sessions.clone()))
        .with_subscriptions(consumers::all(orders.config()))
        .with_worker(expiry_worker(orders))
        .with_metrics(move |registry| metrics.register(registry))
        .with_gauges(metrics::gauges(orders))
}
