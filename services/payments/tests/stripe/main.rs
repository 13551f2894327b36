//! Payments with Stripe: against localstripe, a third-party double of Stripe, wherever it supports the requests;
//! for the rest against responses as documented by Stripe.
//!
//! localstripe remembers no idempotency keys and loses no responses; [`network::Network`], which sits in between, does.
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
