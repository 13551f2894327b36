//! The tickets service through its router, its handle and its consumer, on real database files.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod app;
mod batch;
mod catalog;
mod concurrency;
mod create;
mod edit;
mod hold;
mod hostile;
mod idempotency;
mod interleavings;
mod list;
mod list_paging;
mod listed_by;
mod minimum_price;
mod not_allowed;
mod offers;
mod optional_fields;
mod payment;
mod show;
mod text;
