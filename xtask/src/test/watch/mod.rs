//! An edited stylesheet and an edited page show while a development server is watched, in both ways of watching.

mod checkout;
mod watcher;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use self::checkout::Checkout;
use self::watcher::Watcher;
use super::report::Tally;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// How long the first build may take: from nothing, on a machine that is busy with something else as well.
const FIRST_BUILD: Duration = Duration::from_mins(20);
/// How long an edit may take until it shows.
const REBUILD: Duration = Duration::from_mins(10);

/// A command that serves a development build and renews it on every change.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// `cargo leptos watch`.
    CargoLeptos,
    /// `cargo xtask watch`.
    Xtask,
}

/// Starts each way of watching in a copy of the checkout, edits a token and a page there, and waits until both show.
///
/// # Errors
/// When the copy cannot be made.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain) -> Result<Tally> {
    let checkout = Checkout::copy(workspace)?;
    let mut tally = Tally::default();
    for way in [Way::CargoLeptos, Way::Xtask] {
        println!("watch: by {way:?}");
        let shown = edits_show(workspace, toolchain, &checkout, way);
        if let Err(error) = &shown {
            eprintln!("error: {error:#}");
        }
        tally += Tally::of([shown.is_ok()]);
    }
    Ok(tally)
}

fn edits_show(workspace: &Workspace, toolchain: &Toolchain, checkout: &Checkout, way: Way) -> Result<()> {
    // The edits of an earlier run would pass for those of this one.
    checkout.restore(workspace)?;
    let mut watcher = Watcher::start(workspace, toolchain, checkout, way)?;
    watcher
        .wait_until("it serves", FIRST_BUILD, |watcher| watcher.page().is_some())
        .context("the development server did not start")?;
    ensure!(
        !shows_token(&watcher) && !shows_page(&watcher),
        "it shows the edits before they are made"
    );
    checkout.edit(
        "style/tokens/_space.scss",
        "--gutter: clamp(1rem, 4vw, 2rem)",
        "--gutter: clamp(1rem, 4vw, 2.125rem)",
    )?;
    watcher.wait_until("the edited token shows", REBUILD, shows_token)?;
    checkout.edit(
        "app/src/pages/sign_in.rs",
        "<h1>\"Sign in\"</h1>",
        "<h1>\"Sign in, edited\"</h1>",
    )?;
    watcher.wait_until("the edited page shows", REBUILD, |watcher| {
        shows_page(watcher) && shows_token(watcher)
    })?;
    watcher.stop()
}

fn shows_token(watcher: &Watcher) -> bool {
    watcher.stylesheet().is_some_and(|css| css.contains("2.125rem"))
}

fn shows_page(watcher: &Watcher) -> bool {
    watcher
        .page()
        .is_some_and(|page| page.contains("Sign in, edited"))
}
