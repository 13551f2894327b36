//! `cargo xtask watch`: a development server that is rebuilt on every change.

use std::process::ExitCode;

use anyhow::Result;
use xtask_setup::{Workspace, process};

use crate::build;

/// Set up, then serve a development build and rebuild it on every change.
///
/// Like `cargo leptos watch`, but with the toolchain and the programs of the set-up, whatever is on PATH.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments of `ticketing serve`, after `--`; see its --help.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Runs the subcommand. Returns only when cargo-leptos cannot be started.
///
/// # Errors
/// When the set-up fails.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = xtask_setup::ensure(workspace)?;
    let mut watch = build::cargo_leptos(workspace, &toolchain);
    watch.args(["watch", "--", "serve"]).args(&args.serve);
    println!("watch: {}", process::command_line(&watch));
    crate::run::exec(watch)
}
