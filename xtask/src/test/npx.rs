//! Programs of npm packages.

use std::process::Command;

use xtask_setup::{Toolchain, Workspace, path_with_tools};

/// The error when npx cannot be started.
pub(super) const NOT_STARTED: &str = "cannot start npx; is Node on PATH?";

/// The command of a program from an npm package, run in `end2end`.
pub(super) fn command(workspace: &Workspace, toolchain: &Toolchain, arguments: &[&str]) -> Command {
    let mut npx = toolchain.command("npx");
    // Only a package of the lock file, never a download by name.
    npx.arg("--no-install")
        .args(arguments)
        .current_dir(workspace.root().join("end2end"));
    npx.env("PATH", path_with_tools(workspace));
    npx
}
