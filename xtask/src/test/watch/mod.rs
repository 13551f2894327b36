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

/// A text in a file of the checkout, before and after an edit.
struct Edit {
    file: &'static str,
    texts: [&'static str; 2],
}

const TOKEN: Edit = Edit {
    file: "style/tokens/_space.scss",
    texts: [
        "--gutter: clamp(1rem, 4vw, 2rem)",
        "--gutter: clamp(1rem, 4vw, 2.125rem)",
    ],
};
const PAGE: Edit = Edit {
    file: "app/src/pages/sign_in.rs",
    texts: ["<h1>\"Sign in\"</h1>", "<h1>\"Sign in, edited\"</h1>"],
};
/// What the browser gets after the edits, and not before.
const SERVED_TOKEN: &str = "2.125rem";
const SERVED_PAGE: &str = "Sign in, edited";

/// Runs each watch command in a copy of the checkout, edits a design token and a page there, and waits until both are served. The
/// second command undoes the edits of the first, so that it has nothing to build before.
///
/// # Errors
/// When the checkout cannot be copied.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let checkout = Checkout::copy(workspace)?;
    let mut tally = Tally::default();
    for (command, [before, after]) in [(WatchCommand::CargoLeptos, [0, 1]), (WatchCommand::Xtask, [1, 0])] {
        println!("watch: with {command:?}");
        let result = edits_are_served(workspace, toolchain, &checkout, command, before, after);
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
    before: usize,
    after: usize,
) -> Result<()> {
    let mut watcher = Watcher::start(workspace, toolchain, checkout, command)?;
    watcher
        .wait_until("it serves a page", FIRST_BUILD, |watcher| {
            watcher.page().is_some()
        })
        .context("the development server did not start")?;
    ensure!(
        serves_token(&watcher, before) && serves_page(&watcher, before),
        "it does not serve what is in the checkout"
    );
    checkout.edit(TOKEN.file, TOKEN.texts[before], TOKEN.texts[after])?;
    watcher.wait_until("it serves the edited token", REBUILD, |watcher| {
        serves_token(watcher, after)
    })?;
    checkout.edit(PAGE.file, PAGE.texts[before], PAGE.texts[after])?;
    watcher.wait_until("it serves the edited page", REBUILD, |watcher| {
        serves_page(watcher, after) && serves_token(watcher, after)
    })?;
    watcher.stop()
}

fn serves_token(watcher: &Watcher, state: usize) -> bool {
    watcher
        .stylesheet()
        .is_some_and(|css| css.contains(SERVED_TOKEN) == (state == 1))
}

fn serves_page(watcher: &Watcher, state: usize) -> bool {
    watcher
        .page()
        .is_some_and(|page| page.contains(SERVED_PAGE) == (state == 1))
}
