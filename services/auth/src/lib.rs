//! Ticketing's auth service: accounts, passwords, sessions.
//!
//! It owns who there is and who is signed in. Other services never ask it: they verify the token of a request by
//! themselves, and which sessions were ended they learn from [`web::Sessions`], which this service fills.
//!
//! How many sign-ins and sign-ups a client may try, and how many wrong passwords an account takes, is counted in memory only.
//!
//! Two invariants: an address has at most one account, because a constraint says so; and no password leaves this crate
//! or is stored, only its Argon2id hash.

mod common_passwords;
mod config;
mod domain;
mod error;
mod login_throttle;
mod overdue;
mod passwords;
mod prepared;
mod routes;
mod service;
mod store;

pub use config::{AuthConfig, ThrottleLimits};
pub use error::AuthError;
pub use overdue::run_session_expiry_worker;
pub use routes::routes;
pub use service::{Auth, SignedIn};

/// The tables of this service.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
