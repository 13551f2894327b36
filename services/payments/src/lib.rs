//! Ticketing's payments service: charges, refunds and disputes.
//!
//! It owns the payments, and with them the rule that an order is paid once. It has its own replica of the orders, fed by
//! their events, so that starting a payment calls no other service. The money itself is moved by a [`Provider`], which is never
//! called inside a transaction: a payment is recorded before the call and settled after it, and if the response is lost,
//! [`Payments::reconcile`] calls again.

pub mod consumers;
mod dispute;
mod dispute_worker;
mod domain;
mod error;
mod invariants;
mod metrics;
mod operations;
pub mod provider;
mod reconciler;
mod routes;
mod store;
mod views;

use event_log::Migrations;
use service::{Definition, ReadinessCheck, Service};
use sqlx::migrate::Migrator;
use web::Sessions;

pub use domain::{Method, Payment};
pub use error::PaymentsError;
pub use operations::{Checkout, Payments, PaymentsConfig};
pub use provider::{ChargeState, ChargeUpdate, Provider, ProviderDispute, ProviderError, WebhookEvent};
pub use reconciler::reconciler;
pub use routes::routes;
pub use views::{DisputeDetails, PaymentDetails};

/// The tables of this service.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/payments/postgres");

/// The service, as every command knows it.
pub static DEFINITION: Definition = Definition::new("payments", MIGRATIONS)
    .with_subscriptions(consumers::all)
    .with_invariants(invariants::all)
    .with_notices(invariants::notices);

/// The service, as it runs.
#[must_use]
pub fn service(payments: &Payments, sessions: &Sessions) -> Service {
    let (payments_of_routes, sessions) = (payments.clone(), sessions.clone());
    let (unresolved, disputed) = (payments.clone(), payments.clone());
    let metrics = payments.metrics().clone();
    Service::new(&DEFINITION, payments.database().clone())
        .with_routes(move || routes(payments_of_routes.clone(), sessions.clone()))
        .with_subscriptions(consumers::all())
        .with_worker(reconciler(payments))
        .with_worker(dispute_worker::dispute_worker(payments))
        .with_metrics(move |registry| metrics.register(registry))
        .with_gauges(metrics::gauges(payments))
        .with_readiness(ReadinessCheck::new("unsettledPayments", move || {
            let payments = unresolved.clone();
            async move { payments.unresolved().await.map(|unresolved| unresolved.len()) }
        }))
        .with_readiness(ReadinessCheck::new("openDisputes", move || {
            let payments = disputed.clone();
            async move { payments.open_disputes().await.map(|disputes| disputes.len()) }
        }))
}
