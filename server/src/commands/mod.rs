//! The commands that look at a data folder: what they print is what somebody asked for.

pub mod backup;
pub mod check;
pub mod events;
