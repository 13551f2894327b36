//! `cargo xtask run`: sets up, builds and serves a release.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};
use xtask_setup::{Workspace, process};

use crate::build;

/// The default address of the server.
const DEFAULT_ADDRESS: &str = "127.0.0.1:3000";

/// Set up, build a release, and serve it.
///
/// The first start creates the databases and a signing key in the data directory.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  cargo xtask run --demo\n  cargo xtask run -- --listen 127.0.0.1:8080 --data-dir /var/lib/ticketing"
)]
pub(crate) struct Args {
    /// Also add demo users, tickets and orders to an empty marketplace, and print how to sign in.
    #[arg(long)]
    demo: bool,
    /// Arguments of `ticketing serve`, after `--`; see its --help.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Runs the subcommand. Returns only when the server cannot be started.
///
/// # Errors
/// When the set-up, the build or the start fails.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = xtask_setup::ensure(workspace)?;
    println!("run: building a release (takes minutes the first time)");
    let built = build::release(workspace, &toolchain)?;
    let mut serve = Command::new(&built.binary);
    serve.arg("serve").current_dir(workspace.root());
    if args.demo {
        serve.arg("--demo");
    }
    serve.args(&args.serve);
    println!("run: starting {}", process::command_line(&serve));
    println!(
        "run: http://{} (press Ctrl-C to stop)",
        address(&args.serve, xtask_setup::env_var("TICKETING_LISTEN"))
    );
    exec(serve)
}

/// Replaces this process with the command, so that signals reach it and the exit code is its own.
pub(crate) fn exec(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    bail!(
        "cannot start {}: {error}",
        command.get_program().to_string_lossy()
    )
}

/// The address that the server will listen on, from its arguments and the environment variable.
fn address(serve: &[String], variable: Option<String>) -> String {
    let mut words = serve.iter();
    let mut found = None;
    while let Some(word) = words.next() {
        if word == "--listen" {
            found = words.next().cloned();
        } else if let Some(value) = word.strip_prefix("--listen=") {
            found = Some(value.to_owned());
        }
    }
    found.or(variable).unwrap_or_else(|| DEFAULT_ADDRESS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_follows_the_precedence_of_the_server() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(address(&[], None), "127.0.0.1:3000");
        assert_eq!(address(&[], Some("[::1]:80".to_owned())), "[::1]:80");
        assert_eq!(
            address(
                &words("--data-dir d --listen 0.0.0.0:1"),
                Some("[::1]:80".to_owned())
            ),
            "0.0.0.0:1"
        );
        assert_eq!(address(&words("--listen=0.0.0.0:2"), None), "0.0.0.0:2");
    }
}
