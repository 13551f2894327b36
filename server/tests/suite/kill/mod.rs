//! What the kill test is made of.

pub mod load;
pub mod sweep;
