//! The watch mode, by either command, serves an edited stylesheet and an edited page.

mod checkout;
mod watcher;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xtask_setup::{Toolchain, Workspace};

use self::checkout::Checkout;
use self::watcher::Watcher;
use super::report::Tally;

/// How long the first build may take, from scratch and on a busy machine.
const FIRST_BUILD: Duration = Duration::from_mins(20);
/// How long a rebuild may take.
const REBUILD: Duration = Duration::from_mins(10);

/// A command that serves a development build and rebuilds it on every change.
#[derive(Debug, Clone, Copy)]
enum WatchCommand {
    /// `cargo leptos watch`.
    CargoLeptos,
    /// `cargo xtask watch`.
    Xtask,
}

/// Runs each watch command in a copy of the checkout, edits a design token and a page there, and waits until both are served.
///
/// # Errors
/// When the checkout cannot be copied.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let checkout = Checkout::copy(workspace)?;
    let mut tally = Tally::default();
    for command in [WatchCommand::CargoLeptos, WatchCommand::Xtask] {
        println!("watch: with {command:?}");
        let result = edits_are_served(workspace, toolchain, &checkout, command);
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
        }
        tally += Tally::of([result.is_ok()]);
    }
    Ok(tally)
}

fn edits_are_served(
    workspace: &Workspace,
    toolchain: &Toolchain,
    checkout: &Checkout,
    command: WatchCommand,
) -> Result<()> {
    // Undo the edits of an earlier run.
    checkout.restore(workspace)?;
    let mut watcher = Watcher::start(workspace, toolchain, checkout, command)?;
    watcher
        .wait_until("it serves a page", FIRST_BUILD, |watcher| {
            watcher.page().is_some()
        })
        .context("the development server did not start")?;
    ensure!(
        !has_edited_token(&watcher) && !has_edited_page(&watcher),
        "the edits are served before they are made"
    );
    checkout.edit(
        "style/tokens/_space.scss",
        "--gutter: clamp(1rem, 4vw, 2rem)",
        "--gutter: clamp(1rem, 4vw, 2.125rem)",
    )?;
    watcher.wait_until("it serves the edited token", REBUILD, has_edited_token)?;
    checkout.edit(
        "app/src/pages/sign_in.rs",
        "<h1>\"Sign in\"</h1>",
        "<h1>\"Sign in, edited\"</h1>",
    )?;
    watcher.wait_until("it serves the edited page", REBUILD, |watcher| {
        has_edited_page(watcher) && has_edited_token(watcher)
    })?;
    watcher.stop()
}

fn has_edited_token(watcher: &Watcher) -> bool {
    watcher.stylesheet().is_some_and(|css| css.contains("2.125rem"))
}

fn has_edited_page(watcher: &Watcher) -> bool {
    watcher
        .page()
        .is_some_and(|page| page.contains("Sign in, edited"))
}
