//! The commands that look at a data folder: what they print is what somebody asked for.

pub mod check;
pub mod events;
