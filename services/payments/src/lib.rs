//! Ticketing's payments service: who has paid what, and which money goes back.
//!
//! It owns the payments, and with them the rule that an order is paid once. It keeps its own copy of the orders, fed by
//! their events, so that starting a payment asks nobody. The money itself is moved by a [`Provider`], which is never
//! called inside a transaction: a payment is written down before the call and settled after it, and whatever the answer
//! was lost to, [`Payments::reconcile`] asks again.

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
pub use provider::{Answer, Dispute, Message, Notice, Provider, ProviderError};
pub use reconciler::reconcile_open;
pub use routes::routes;
pub use service::{Payments, PaymentsConfig};

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
