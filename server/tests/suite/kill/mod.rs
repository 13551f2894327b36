//! What the kill test is made of.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken set-up is a failed test"
)]

pub mod load;
pub mod sweep;
