//! The commands that look at a data directory. Each gives what it has to say; whoever runs it prints that.

pub mod backup;
pub mod check;
pub mod events;

/// What a command has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// For standard output: whole lines.
    pub text: String,
    /// Whether all is well. Otherwise the exit code is 1.
    pub is_success: bool,
}
