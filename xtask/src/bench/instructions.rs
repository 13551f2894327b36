//! `cargo xtask bench --instructions`: the instructions of the hot operations, and their baseline.

use std::process::ExitCode;

use anyhow::Result;
use xtask_setup::{Toolchain, Workspace};

use crate::build::Build;
use crate::instructions::{self, Baseline};

/// Counts the instructions, prints them beside the baseline, and makes them the baseline if `saves`.
///
/// # Errors
/// When they cannot be counted, or the baseline cannot be read or written.
pub(super) fn run(
    workspace: &Workspace,
    toolchain: &Toolchain,
    built: &Build,
    saves: bool,
) -> Result<ExitCode> {
    let counts = instructions::count(workspace, toolchain, built)?;
    let baseline = Baseline::load(workspace)?.unwrap_or_default();
    for comparison in baseline.compare(&counts) {
        println!("{}", comparison.line());
    }
    if saves {
        println!("bench: wrote {}", Baseline::save(workspace, &counts)?.display());
    }
    Ok(ExitCode::SUCCESS)
}
