//! The step that finds or installs a Rust toolchain with the wasm32 standard library.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::env::env_var;
use crate::process::{self, Outcome, command, is_on_path};
use crate::toolchain::{LINKED, OLDEST_MINOR, PINNED, Toolchain, WASM};
use crate::workspace::Workspace;
use crate::{debian, step};

const STEP: &str = "Rust with WASM";
/// rustup hangs when its server cannot be reached. Otherwise a standard library arrives within this time.
const TARGET_LIMIT: Duration = Duration::from_secs(20);
/// A whole toolchain is ten times as large. It is requested only after the server has answered `rustup check`.
const TOOLCHAIN_LIMIT: Duration = Duration::from_mins(5);

/// Returns a complete toolchain, installs one if there is none, and selects it for this checkout.
///
/// # Errors
/// When there is none and none can be installed. The error says what to do about it.
pub fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    let toolchain = match Toolchain::complete() {
        Some(toolchain) => {
            step::already_done(STEP, &describe(&toolchain));
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
    if is_on_path("rustup")
        && let Some(toolchain) = from_rustup()?
    {
        return Ok(toolchain);
    }
    if let Err(reason) = debian::is_possible() {
        bail!(
            "no Rust 1.{OLDEST_MINOR} or newer with the target {WASM}: rustup could not install one, and Debian's packages \
             cannot be used because {reason}. On a machine with Internet access run `rustup toolchain install stable \
             --target {WASM} && rustup default stable`, then this command again"
        );
    }
    step::progress(
        STEP,
        "building the wasm32 standard library from Debian's packages (about two minutes, once)",
    );
    debian::install(workspace)?;
    let toolchain = if is_on_path("rustup") {
        process::run(&mut command("rustup", &["toolchain", "link", LINKED, "/usr"]))?;
        Toolchain::named(LINKED)
    } else {
        Toolchain::active()
    };
    if !toolchain.is_complete() {
        bail!(
            "Debian's Rust is installed but cannot link WASM; run `echo | RUSTUP_TOOLCHAIN={LINKED} rustc --target {WASM} \
             --crate-type cdylib -` to see why"
        );
    }
    Ok(toolchain)
}

/// Installs what is missing with rustup, bounded in time; none when rustup cannot.
fn from_rustup() -> Result<Option<Toolchain>> {
    let active = Toolchain::active();
    let (toolchain, mut rustup, limit) = if active.is_new_enough() {
        (active, command("rustup", &["target", "add", WASM]), TARGET_LIMIT)
    } else {
        let too_old = active
            .version()
            .unwrap_or_else(|| "the active toolchain".to_owned());
        step::progress(
            STEP,
            &format!(
                "{too_old} is older than 1.{OLDEST_MINOR}; checking whether rustup can install {PINNED}"
            ),
        );
        // Its exit code says whether there are updates. That it exits at all means that the server answers.
        if process::run_bounded(&mut command("rustup", &["check"]), TARGET_LIMIT)? == Outcome::TimedOut {
            step::progress(STEP, "rustup's server does not answer");
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
    step::progress(
        STEP,
        &format!(
            "{} (at most {} s)",
            process::command_line(&rustup),
            limit.as_secs()
        ),
    );
    let outcome = process::run_bounded(&mut rustup, limit)?;
    if outcome.is_success() && toolchain.is_complete() {
        return Ok(Some(toolchain));
    }
    step::progress(STEP, "rustup could not install it");
    Ok(None)
}

/// Makes plain `cargo` use the toolchain in this checkout, unless it already does.
fn select(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    // Nobody types cargo in a checkout of CI.
    if *toolchain == Toolchain::active() || !is_on_path("rustup") || env_var("CI").is_some() {
        return Ok(());
    }
    let overrides = process::try_stdout(&mut command("rustup", &["override", "list"])).unwrap_or_default();
    if is_selected(&overrides, &workspace.root().to_string_lossy(), toolchain.name()) {
        return Ok(());
    }
    step::progress(
        STEP,
        &format!(
            "selecting {} for this checkout (rustup override)",
            toolchain.name()
        ),
    );
    let mut rustup = command("rustup", &["override", "set", toolchain.name()]);
    // RUSTUP_TOOLCHAIN would win over the override.
    rustup
        .current_dir(workspace.root())
        .env_remove("RUSTUP_TOOLCHAIN");
    process::run(&mut rustup).context(
        "plain `cargo` still uses another toolchain here; use `cargo xtask`, or run that command again",
    )
}

/// Whether rustup's list of overrides has this toolchain for this folder. rustup may append the host to its name.
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
    fn overrides_match_by_folder_and_toolchain() {
        let list = "/home/a/other\tticketing\n/home/a/tickets here          \tticketing\n/home/b\t1.96.0-x86_64-unknown-linux-gnu";
        assert!(is_selected(list, "/home/a/tickets here", "ticketing"));
        assert!(is_selected(list, "/home/b", "1.96.0"));
        assert!(!is_selected(list, "/home/b", "ticketing"));
        assert!(!is_selected(list, "/home/a", "ticketing"));
        assert!(!is_selected("no overrides", "/home/a", "ticketing"));
    }
}
