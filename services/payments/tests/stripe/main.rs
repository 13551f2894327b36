//! Payments with Stripe: against localstripe, a double of Stripe that somebody else wrote, wherever it can do what is asked
//! for; for the rest against answers as Stripe documents them.
//!
//! localstripe remembers no idempotency keys and loses no answers; [`network::Network`], which stands between, does.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test a panic is the report"
)]

mod account;
mod app;
mod cancel;
mod charge;
mod checkout;
mod disputes;
mod doubt;
mod find;
mod localstripe;
mod messages;
mod network;
mod placed_order;
mod received;
mod recorder;
mod refund;
mod refund_keys;
mod service;
mod shop;
mod signature;
mod slow;
mod webhook;
