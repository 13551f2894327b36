//! A payment provider that takes no real money: the same guarantees as a real one (an idempotency key has one charge permanently,
//! a response may be lost, a charge may be delayed), without an account and without a network.
//!
//! It represents an external system, so it has its own database, which no other service reads, and it knows nothing
//! of orders. Every change of a charge is an event in its database, as a real provider sends a webhook.

mod batch;
mod cards;
mod charge;
mod provider;
mod store;
mod working_set;

use event_log::Migrations;
use service::{Definition, Service, Worker};
use sqlx::migrate::Migrator;

pub use cards::{CARDS, TestCard, card};
pub use charge::{ChargeStatus, Decline, TestCharge, UnknownStatus};
pub use provider::{ProviderError, TestProvider};

/// The tables of the provider.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/test-provider/postgres");

/// The provider as a service: its database is missing if another provider is used.
pub static DEFINITION: Definition = Definition::new("test-provider", MIGRATIONS).optional();

/// The provider, as it runs.
#[must_use]
pub fn service(provider: &TestProvider) -> Service {
    let (database, charging) = (provider.database().clone(), provider.clone());
    let worker = Worker::repeating_on_commits("test-provider", database.events(), move || {
        charging.clone().run_worker_step()
    });
    Service::new(&DEFINITION, database).with_worker(worker)
}
