//! `cargo xtask setup`: installs what the project needs.

use std::process::ExitCode;

use anyhow::Result;
use xtask_setup::Workspace;

/// Install what the project needs: WASM target, build tools, npm packages.
///
/// Every step first checks whether its work is done, so the second run takes a second. The build tools go to
/// `$TICKETING_CACHE`, else `$XDG_CACHE_HOME/ticketing`, else `~/.cache/ticketing`. Links to them go to cargo's own bin
/// folder, so that plain `cargo leptos watch` works.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also install what the tests need: a Chromium, localstripe, schemathesis, PostgreSQL, nginx and valgrind.
    #[arg(long)]
    tests: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// When a step fails. The error says what to do about it.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    xtask_setup::ensure(workspace)?;
    if args.tests {
        xtask_setup::ensure_test_tools(workspace)?;
    }
    println!("\nReady. Next:");
    println!("  cargo xtask run            build and serve a release; --demo adds demo data");
    println!(
        "  cargo leptos watch         serve a development build, rebuilt on every change (or: cargo xtask watch)"
    );
    println!("  cargo xtask test           run every check");
    Ok(ExitCode::SUCCESS)
}
