//! `cargo xtask setup`: everything that a fresh machine needs, each step skipped when its work is done.

mod browser;
mod build_tools;
mod debian;
mod npm;
mod on_path;
mod python_program;
mod rust;
mod step;

use std::process::ExitCode;

use anyhow::Result;

pub(crate) use browser::ensure as ensure_browser;
pub(crate) use python_program::{LOCALSTRIPE, SCHEMATHESIS};
pub(crate) use rust::ensure as ensure_rust;

use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Install what the project needs: WASM target, build tools, npm packages.
///
/// Every step looks first whether it has anything to do, so the second time takes a second. The build tools go to
/// `$TICKETING_CACHE`, else `$XDG_CACHE_HOME/ticketing`, else `~/.cache/ticketing`; links to them go to cargo's own bin
/// folder, so that `cargo leptos watch` works as it is.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also what the tests need: a Chromium, localstripe and schemathesis.
    #[arg(long)]
    tests: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// When a step fails; the error says what to do about it.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    ensure(workspace)?;
    if args.tests {
        ensure_browser(workspace)?;
        LOCALSTRIPE.ensure(workspace)?;
        SCHEMATHESIS.ensure(workspace)?;
    }
    println!("\nReady. Next:");
    println!("  cargo xtask run            build and serve a release, --demo with something to see");
    println!(
        "  cargo leptos watch         serve a development build, renewed on every change (or: cargo xtask watch)"
    );
    println!("  cargo xtask test           every check");
    Ok(ExitCode::SUCCESS)
}

/// Does every step that building needs, and returns the tool chain to build with.
///
/// # Errors
/// When a step fails; the error says what to do about it.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    let toolchain = ensure_rust(workspace)?;
    ensure_build_tools(workspace, &toolchain)?;
    Ok(toolchain)
}

/// What comes after the tool chain: the programs that a build of the site needs.
///
/// # Errors
/// When a step fails; the error says what to do about it.
pub(crate) fn ensure_build_tools(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    build_tools::ensure(workspace, toolchain)?;
    npm::ensure(workspace)?;
    on_path::ensure(workspace)
}
