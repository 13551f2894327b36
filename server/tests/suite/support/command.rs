//! The commands of the real binary that read a data directory.

use std::path::Path;
use std::process::{Command, Output};

/// A command on a data directory, not run yet.
pub fn ticketing(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticketing"));
    command.args(arguments).arg("--data-dir").arg(folder);
    command
}

/// Runs a command on a data directory to its end.
pub fn run(arguments: &[&str], folder: &Path) -> Output {
    ticketing(arguments, folder).output().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
