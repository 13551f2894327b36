//! The step that finds, or makes, a Rust tool chain with the wasm32 standard library.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{debian, step};
use crate::process::{self, Outcome, command, on_path};
use crate::toolchain::{LINKED, OLDEST_MINOR, PINNED, Toolchain, WASM};
use crate::workspace::{Workspace, non_empty};

const STEP: &str = "Rust with WASM";
/// A download server that cannot be reached makes rustup hang; one that can delivers a standard library in this time.
const TARGET_LIMIT: Duration = Duration::from_secs(20);
/// A whole tool chain is ten times as large. It is only asked for when the server has answered a question before.
const TOOLCHAIN_LIMIT: Duration = Duration::from_mins(5);

/// Returns a complete tool chain, after installing one if none is there, and makes it the one of this checkout.
///
/// # Errors
/// When there is none and none can be had; the error says what to do.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    let toolchain = match Toolchain::complete() {
        Some(toolchain) => {
            step::already_there(STEP, &describe(&toolchain));
            toolchain
        }
        None => {
            let toolchain = install(workspace)?;
            step::done(STEP, &describe(&toolchain));
            toolchain
        }
    };
    select(workspace, &toolchain)?;
    Ok(toolchain)
}

fn install(workspace: &Workspace) -> Result<Toolchain> {
    if on_path("rustup")
        && let Some(toolchain) = from_rustup()?
    {
        return Ok(toolchain);
    }
    if let Err(reason) = debian::is_possible() {
        bail!(
            "no Rust 1.{OLDEST_MINOR} or newer with the target {WASM}: rustup could not fetch one, and Debian's packages \
             cannot be used because {reason}. On a machine with Internet access run `rustup toolchain install stable \
             --target {WASM} && rustup default stable`, then this command again"
        );
    }
    step::doing(
        STEP,
        "building the wasm32 standard library from Debian's packages (about two minutes, once)",
    );
    debian::install(workspace)?;
    let toolchain = if on_path("rustup") {
        process::run(&mut command("rustup", &["toolchain", "link", LINKED, "/usr"]))?;
        Toolchain::named(LINKED)
    } else {
        Toolchain::active()
    };
    if !toolchain.is_complete() {
        bail!(
            "Debian's Rust is installed but cannot link WASM; see what \
             `RUSTUP_TOOLCHAIN={LINKED} rustc --target {WASM} --crate-type cdylib -` says to an empty source"
        );
    }
    Ok(toolchain)
}

/// Asks rustup for what is missing, bounded in time. None when it cannot deliver.
fn from_rustup() -> Result<Option<Toolchain>> {
    let active = Toolchain::active();
    let (toolchain, mut rustup, limit) = if active.is_new_enough() {
        (active, command("rustup", &["target", "add", WASM]), TARGET_LIMIT)
    } else {
        let too_old = active.version().unwrap_or_else(|| "no rustc".to_owned());
        step::doing(
            STEP,
            &format!("{too_old} is older than 1.{OLDEST_MINOR}; asking rustup whether it can fetch {PINNED}"),
        );
        // It ends with an exit code of its own when there are updates: that it ends at all is the answer.
        if process::run_bounded(&mut command("rustup", &["check"]), TARGET_LIMIT)? == Outcome::TimedOut {
            step::doing(STEP, "rustup's server does not answer");
            return Ok(None);
        }
        let mut rustup = command(
            "rustup",
            &[
                "toolchain",
                "install",
                PINNED,
                "--no-self-update",
                "--profile",
                "minimal",
            ],
        );
        rustup.args(["--component", "clippy,rustfmt", "--target", WASM]);
        (Toolchain::named(PINNED), rustup, TOOLCHAIN_LIMIT)
    };
    toolchain.apply(&mut rustup);
    step::doing(
        STEP,
        &format!("{} (at most {} s)", process::line(&rustup), limit.as_secs()),
    );
    let outcome = process::run_bounded(&mut rustup, limit)?;
    if outcome.is_success() && toolchain.is_complete() {
        return Ok(Some(toolchain));
    }
    step::doing(STEP, "rustup could not deliver it");
    Ok(None)
}

/// Makes plain cargo use the tool chain in this checkout, where it would use another.
fn select(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    // A checkout of CI is gone before anybody types cargo in it.
    if *toolchain == Toolchain::active() || !on_path("rustup") || non_empty("CI").is_some() {
        return Ok(());
    }
    let overrides = process::ask(&mut command("rustup", &["override", "list"])).unwrap_or_default();
    if is_selected(&overrides, &workspace.root().to_string_lossy(), toolchain.name()) {
        return Ok(());
    }
    step::doing(
        STEP,
        &format!(
            "making {} the tool chain of this checkout (rustup override)",
            toolchain.name()
        ),
    );
    let mut rustup = command("rustup", &["override", "set", toolchain.name()]);
    // The override may be set for a tool chain that rustup has under a longer name; RUSTUP_TOOLCHAIN would win over it.
    rustup
        .current_dir(workspace.root())
        .env_remove("RUSTUP_TOOLCHAIN");
    process::run(&mut rustup).context(
        "plain `cargo` keeps using another tool chain here; use `cargo xtask` or repeat that command",
    )
}

/// Whether rustup's list of overrides names this tool chain for this folder.
fn is_selected(overrides: &str, folder: &str, toolchain: &str) -> bool {
    overrides.lines().any(|line| {
        let mut words = line.rsplitn(2, char::is_whitespace);
        let name = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default().trim();
        path == folder && (name == toolchain || name.starts_with(&format!("{toolchain}-")))
    })
}

fn describe(toolchain: &Toolchain) -> String {
    format!(
        "{}, {}",
        toolchain.name(),
        toolchain.version().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_is_recognised_by_folder_and_name() {
        let list = "/home/a/other\tticketing\n/home/a/tickets here          \tticketing\n/home/b\t1.96.0-x86_64-unknown-linux-gnu";
        assert!(is_selected(list, "/home/a/tickets here", "ticketing"));
        assert!(is_selected(list, "/home/b", "1.96.0"));
        assert!(!is_selected(list, "/home/b", "ticketing"));
        assert!(!is_selected(list, "/home/a", "ticketing"));
        assert!(!is_selected("no overrides", "/home/a", "ticketing"));
    }
}
