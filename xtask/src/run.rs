//! `cargo xtask run`: from nothing to a running marketplace.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{build, setup};

/// The default address of the server.
const DEFAULT_ADDRESS: &str = "127.0.0.1:3000";

/// Set up, build a release, and serve it.
///
/// The databases are made and migrated under the data directory on the first start, and a signing key besides.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  cargo xtask run --demo\n  cargo xtask run -- --listen 127.0.0.1:8080 --data-dir /var/lib/ticketing"
)]
pub(crate) struct Args {
    /// Also fill in a few users, tickets and orders, once, and print how to sign in.
    #[arg(long)]
    demo: bool,
    /// Arguments after `--` are passed to `ticketing serve`; see its --help.
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Runs the subcommand. Returns only when the server could not be started.
///
/// # Errors
/// When the set-up, the build or the start fails.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = setup::ensure(workspace)?;
    println!("run: building a release (minutes the first time)");
    let built = build::release(workspace, &toolchain)?;
    let mut serve = Command::new(&built.binary);
    serve.arg("serve").current_dir(workspace.root());
    if args.demo {
        serve.arg("--demo");
    }
    serve.args(&args.serve);
    println!("run: starting {}", crate::process::line(&serve));
    println!(
        "run: http://{} — Ctrl-C ends it",
        address(&args.serve, crate::workspace::non_empty("TICKETING_LISTEN"))
    );
    replace_with(serve)
}

/// Makes this process the given one, so that signals and the exit code are the server's own.
pub(crate) fn replace_with(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    bail!(
        "{} could not be started: {error}",
        command.get_program().to_string_lossy()
    )
}

/// The address that the server will listen on, from its arguments and its variable.
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
    fn the_address_is_the_one_that_the_server_takes() {
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
