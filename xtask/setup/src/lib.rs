//! Installs what building and testing Ticketing needs, on a machine that has no more than cargo.
//!
//! Each step first checks whether its work is done, so that a second run takes a second. Every download is bounded in
//! time, because a server that cannot be reached often hangs rather than fails; where there is a second source, such as
//! the packages of the distribution, it is tried next. An error says what to install by hand.
//!
//! What belongs here: finding and installing programs, and running them ([`process`], [`Toolchain`], [`Workspace`]).
//! What does not: subcommands, and anything about the marketplace. It compiles before everything else on a fresh
//! machine, so its dependencies stay few.
#![expect(
    clippy::print_stdout,
    reason = "the progress of an installation belongs on the terminal"
)]

mod browser;
mod build_tools;
mod debian;
mod env;
mod nginx;
mod npm;
mod on_path;
mod postgres;
pub mod process;
mod python_program;
mod rust;
mod step;
mod tool;
mod toolchain;
mod valgrind;
mod workspace;

use anyhow::Result;

pub use browser::ensure as ensure_browser;
pub use env::env_var;
pub use nginx::{ensure as ensure_nginx, find as find_nginx};
pub use npm::{InstallScripts, ensure_packages};
pub use postgres::{ensure as ensure_postgres, find as find_postgres};
pub use python_program::{DEPLOY_CHECK, LOCALSTRIPE, PythonProgram, SCHEMATHESIS};
pub use rust::ensure as ensure_rust;
pub use tool::{Tool, oha, sqlx_cli};
pub use toolchain::{Toolchain, WASM, path_with_tools};
pub use valgrind::ensure as ensure_valgrind;
pub use workspace::Workspace;

/// Installs everything that a build needs, and returns the toolchain to build with.
///
/// # Errors
/// When a step fails. The error says what to do about it.
pub fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    let toolchain = ensure_rust(workspace)?;
    ensure_build_tools(workspace, &toolchain)?;
    Ok(toolchain)
}

/// Installs what a build needs besides the toolchain: cargo-leptos, the programs it calls, and the npm packages.
///
/// # Errors
/// When a step fails. The error says what to do about it.
pub fn ensure_build_tools(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    build_tools::ensure(workspace, toolchain)?;
    npm::ensure(workspace)?;
    on_path::ensure(workspace)
}

/// Installs what only the tests need: a Chromium, localstripe, schemathesis, the validators of `deploy`, PostgreSQL, nginx and, on Linux,
/// valgrind.
///
/// # Errors
/// When a step fails. The error says what to do about it.
pub fn ensure_test_tools(workspace: &Workspace) -> Result<()> {
    ensure_browser(workspace)?;
    LOCALSTRIPE.ensure(workspace)?;
    SCHEMATHESIS.ensure(workspace)?;
    DEPLOY_CHECK.ensure(workspace)?;
    ensure_postgres()?;
    ensure_nginx()?;
    if cfg!(target_os = "linux") {
        ensure_valgrind()?;
    }
    Ok(())
}
