//! The payments service through its router, its handle, its consumer and its reconciliation, on real database files and
//! with the test provider.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod app;
mod create;
mod orders;
mod reconcile;
mod show;
mod webhook;
