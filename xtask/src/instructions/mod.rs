//! The instructions that the hot operations take. Unlike times, their counts are the same on a busy machine and on an idle
//! one, so that a test can compare them with those of an earlier version.

mod baseline;
mod callgrind;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use xtask_setup::{Toolchain, Workspace, process};

pub(crate) use self::baseline::{Baseline, Comparison};
use crate::build::Build;

/// The package of the program that executes the operations.
const PACKAGE: &str = "instructions";
/// The name that cargo-leptos gives to the output. It is compiled into crates, which would be compiled again without it.
const OUTPUT_NAME: (&str, &str) = ("LEPTOS_OUTPUT_NAME", "ticketing");

/// An operation and how many instructions it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    /// The name of the operation.
    pub(crate) operation: String,
    /// How many instructions one execution takes, over all threads.
    pub(crate) instructions: u64,
}

/// Counts the instructions of every operation. Only the program is compiled: it is linked with the crates of the release.
///
/// # Errors
/// When the program does not build or an operation fails.
pub(crate) fn count(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Vec<Count>> {
    let valgrind = xtask_setup::ensure_valgrind()?;
    let program = build(workspace, toolchain, built)?;
    callgrind::count(valgrind, &program)
}

fn build(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo(workspace);
    let (name, value) = OUTPUT_NAME;
    cargo
        .args(["build", "--locked", "--release", "--package", PACKAGE])
        .env(name, value)
        .env("CARGO_TARGET_DIR", workspace.target());
    process::run(&mut cargo).context("the program that executes the operations does not build")?;
    let program = built.binary.with_file_name(PACKAGE);
    ensure!(program.is_file(), "cargo did not create {}", program.display());
    Ok(program)
}
