//! The commands besides `serve`. Each returns its report, which the caller prints.

pub mod backup;
pub mod check;
pub mod copy;
pub mod events;
pub mod health;

/// The report of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// For standard output: whole lines.
    pub text: String,
    /// Whether all is well. Otherwise the exit code is 1.
    pub is_success: bool,
}
