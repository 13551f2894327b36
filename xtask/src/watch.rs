//! `cargo xtask watch`: a development server that is renewed on every change.

use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{build, setup};

/// Set up, then serve a development build and renew it on every change.
///
/// The same as `cargo leptos watch`, with the tool chain and the programs of the set-up whatever is on PATH.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments after `--` are passed to `ticketing serve`; see its --help.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Runs the subcommand. Returns only when cargo-leptos could not be started.
///
/// # Errors
/// When the set-up fails.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = setup::ensure(workspace)?;
    let mut watch = build::cargo_leptos(workspace, &toolchain);
    watch.args(["watch", "--", "serve"]).args(&args.serve);
    println!("watch: {}", crate::process::line(&watch));
    crate::run::replace_with(watch)
}
