//! Programs of npm packages.

use std::process::Command;

use crate::toolchain::{Toolchain, path_with_tools};
use crate::workspace::Workspace;

/// Why none can be run.
pub(super) const NOT_THERE: &str = "npx could not be started; is Node on PATH?";

/// A program of the packages in the lock file, run in `end2end`.
pub(super) fn command(workspace: &Workspace, toolchain: &Toolchain, arguments: &[&str]) -> Command {
    let mut npx = toolchain.command("npx");
    // Only packages installed by the lock file, never one fetched by name.
    npx.arg("--no-install")
        .args(arguments)
        .current_dir(workspace.root().join("end2end"));
    npx.env("PATH", path_with_tools(workspace));
    npx
}
