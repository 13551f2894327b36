//! Formatting and lints.

use std::process::Command;

use anyhow::{Context, Result};
use xtask_setup::{Toolchain, WASM, Workspace, process};

use super::report::Tally;

/// Every file is formatted as rustfmt does.
pub(super) fn format(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    // A toolchain of the distribution's packages may lack rustfmt; rustup's stable has it.
    let candidates = [toolchain.clone(), Toolchain::named("stable")];
    let with_rustfmt = candidates
        .iter()
        .find(|candidate| process::try_stdout(candidate.command("rustfmt").arg("--version")).is_some())
        .context("no rustfmt; run `rustup component add rustfmt`")?;
    let mut fmt = with_rustfmt.cargo(workspace);
    Ok(check(
        fmt.args(["fmt", "--all", "--check"]),
        "run `cargo fmt --all`",
    ))
}

/// No warning in the code of the server and its tests.
pub(super) fn clippy(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut clippy = toolchain.cargo(workspace);
    clippy.args(["clippy", "--locked", "--all-targets", "--", "--deny", "warnings"]);
    Ok(check(&mut clippy, "fix each warning"))
}

/// No warning in the code for WASM. Checks `contracts` also on its own, because features that other crates enable could
/// hide a missing one.
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
        tally += check(&mut clippy, "fix each warning");
    }
    Ok(tally)
}

/// No warning in the documentation, such as a broken link or one to a private item.
pub(super) fn docs(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let mut doc = toolchain.cargo(workspace);
    doc.args(["doc", "--locked", "--no-deps"])
        .env("RUSTDOCFLAGS", "--deny warnings");
    Ok(check(&mut doc, "fix each warning"))
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
