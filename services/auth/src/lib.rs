//! Ticketing's auth service: accounts, passwords, sessions.
//!
//! It owns accounts and sessions. Other services never call it: they verify the token of a request by
//! themselves, and [`web::Sessions`], which this service fills, knows which sessions have ended.
//!
//! Sign-ins and sign-ups per client and wrong passwords per account are counted in memory only.
//!
//! Two invariants: an email address has at most one account, by a constraint; and no password leaves this crate
//! or is stored, only its Argon2id hash.

mod common_passwords;
mod config;
mod domain;
mod error;
mod login_throttle;
mod metrics;
mod operations;
mod overdue_sessions;
mod passwords;
mod prepared;
mod routes;
mod store;

use event_log::Migrations;
use service::{Definition, Service};
use sqlx::migrate::Migrator;

pub use config::{AuthConfig, ThrottleLimits};
pub use error::AuthError;
pub use operations::{Auth, SignedIn};
pub use routes::routes;

/// The tables of this service.
pub const MIGRATIONS: Migrations = Migrations {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
};
static SQLITE: Migrator = sqlx::migrate!();
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/auth/postgres");

/// The service, as every command knows it.
pub static DEFINITION: Definition = Definition::new("auth", MIGRATIONS);

/// The service, as it runs.
#[must_use]
pub fn service(auth: &Auth) -> Service {
    let (auth_of_routes, metrics) = (auth.clone(), auth.metrics().clone());
    Service::new(&DEFINITION, auth.database().clone())
        .with_routes(move || routes(auth_of_routes.clone()))
        .with_worker(overdue_sessions::session_expiry_worker(auth))
        .with_metrics(move |registry| metrics.register(registry))
}
