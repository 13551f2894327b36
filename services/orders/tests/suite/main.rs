//! The orders service through its router, its handle and its consumer, on real database files.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test a panic is the report"
)]

mod app;
mod batch;
mod cancel;
mod create;
mod disputes;
mod expiry;
mod holds;
mod hostile;
mod idempotency;
mod interleavings;
mod late_money;
mod list;
mod minimum_price;
mod not_allowed;
mod own_ticket;
mod payments;
mod race;
mod refund;
mod replica;
mod sales;
mod show;
mod upgrade;
mod worker;
