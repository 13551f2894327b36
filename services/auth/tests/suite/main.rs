//! The auth service through its router, on real databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its set-up too")]

mod current_user;
mod hostile_input;
mod idempotency;
mod limits;
mod schema;
mod sign_in;
mod sign_out;
mod sign_up;
mod support;
