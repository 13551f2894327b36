//! The parts of the kill test.

pub mod load;
pub mod sweep;
