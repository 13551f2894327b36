//! The payments service through its router, its handle, its consumer and its reconciliation, on real database files and
//! with the test provider.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "in a test a panic is the report"
)]

mod app;
mod batch;
mod batch_equivalence;
mod create;
mod double;
mod doubt;
mod instant;
mod older_answers;
mod orders;
mod reconcile;
mod show;
mod webhook;
mod window;
