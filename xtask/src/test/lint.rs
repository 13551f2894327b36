//! Formatting and lints.

use std::process::Command;

use anyhow::{Context, Result};

use super::report::Tally;
use crate::process;
use crate::toolchain::{Toolchain, WASM};
use crate::workspace::Workspace;

/// rustfmt leaves every file as it is.
pub(super) fn format(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    // A tool chain of the distribution's packages may come without rustfmt; then rustup's own is taken.
    let candidates = [toolchain.clone(), Toolchain::named("stable")];
    let with_rustfmt = candidates
        .iter()
        .find(|candidate| process::ask(candidate.command("rustfmt").arg("--version")).is_some())
        .context("no rustfmt; run `rustup component add rustfmt`")?;
    let mut fmt = with_rustfmt.cargo(workspace);
    Ok(check(
        fmt.args(["fmt", "--all", "--check"]),
        "run `cargo fmt --all`",
    ))
}

/// No warning in the server's code, its tests included.
pub(super) fn clippy(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut clippy = toolchain.cargo(workspace);
    clippy.args(["clippy", "--locked", "--all-targets", "--", "--deny", "warnings"]);
    Ok(check(&mut clippy, "each warning says what to change"))
}

/// No warning in the crates compiled to WASM. `contracts` also alone, because the other crates' features could hide
/// that it needs something.
pub(super) fn clippy_wasm(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut tally = Tally::default();
    for packages in [
        &["--package", "contracts"][..],
        &["--package", "frontend", "--package", "app"],
    ] {
        let mut clippy = toolchain.cargo(workspace);
        clippy
            .args(["clippy", "--locked", "--lib", "--target", WASM])
            .args(packages)
            .args(["--", "--deny", "warnings"]);
        tally += check(&mut clippy, "each warning says what to change");
    }
    Ok(tally)
}

/// No warning in the documentation, such as a broken link, or one to a private item.
pub(super) fn docs(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut doc = toolchain.cargo(workspace);
    doc.args(["doc", "--locked", "--no-deps"])
        .env("RUSTDOCFLAGS", "--deny warnings");
    Ok(check(&mut doc, "each warning says what to change"))
}

fn check(command: &mut Command, advice: &str) -> Tally {
    match process::run(command) {
        Ok(()) => Tally::passed(),
        Err(error) => {
            eprintln!("error: {error:#}; {advice}");
            Tally::failed()
        }
    }
}
