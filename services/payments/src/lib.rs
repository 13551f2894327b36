//! Ticketing's payments service: charges, refunds and disputes.
//!
//! It owns the payments, and with them the rule that an order is paid once. It has its own replica of the orders, fed by
//! their events, so that starting a payment calls no other service. The money itself is moved by a [`Provider`], which is never
//! called inside a transaction: a payment is recorded before the call and settled after it, and if the response is lost,
//! [`Payments::reconcile`] calls again.

mod dispute;
mod dispute_worker;
mod domain;
mod error;
mod on_event;
pub mod provider;
mod reconciler;
mod routes;
mod service;
mod store;

pub use dispute::KnownDispute;
pub use dispute_worker::reconcile_open_disputes;
pub use domain::{Method, Payment, transition};
pub use error::PaymentsError;
pub use on_event::OnOrderEvent;
pub use provider::{ChargeState, ChargeUpdate, Dispute, Provider, ProviderError, WebhookEvent};
pub use reconciler::reconcile_open;
pub use routes::routes;
pub use service::{Payments, PaymentsConfig};

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
