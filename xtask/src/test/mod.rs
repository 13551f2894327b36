//! `cargo xtask test`: runs every check of the project, and prints the totals on the last line.

mod api;
mod browser;
mod cargo_tests;
mod deploy;
mod instructions;
mod lint;
mod npx;
mod release;
mod report;
mod size;
mod suite;
mod watch;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use xtask_setup::{Toolchain, Workspace};

use self::release::Release;
use self::report::{Report, Tally};
use self::suite::Suite;
use crate::layering;

/// Set up, then run every check: formatting, lints, documentation, layering, deployment files, compilation, release build, size budgets,
/// instruction counts, tests, the same on PostgreSQL, REST API, watch mode, browser tests.
///
/// The other suites run even if one fails. The last line of the output is `N passed, N failed` over all suites. The exit
/// code is zero if nothing failed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only this suite, and the release build if it needs one. Can be repeated.
    #[arg(long, value_name = "SUITE", value_enum)]
    only: Vec<Suite>,
}

/// Runs the subcommand.
///
/// # Errors
/// Never; every error counts as a failed check.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let mut report = Report::default();
    match xtask_setup::ensure_rust(workspace) {
        Ok(toolchain) => run_suites(workspace, &toolchain, &suite::selected(&args.only), &mut report),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            report.add("setup", Tally::failed(), Duration::ZERO);
        }
    }
    report.print();
    Ok(if report.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs the suites in order. The release is built concurrently with the first ones, which only need the sources: the last
/// crates of a compilation keep a single core busy, so that two compilations at a time are faster than one after the other.
fn run_suites(workspace: &Workspace, toolchain: &Toolchain, suites: &[Suite], report: &mut Report) {
    thread::scope(|scope| {
        let mut release = suites
            .contains(&Suite::Build)
            .then(|| Release::spawn(scope, workspace, toolchain));
        for suite in suites {
            println!("\n== {} ==", suite.name());
            let started = Instant::now();
            let tally = run_suite(workspace, toolchain, *suite, release.as_mut()).unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                Tally::failed()
            });
            report.add(suite.name(), tally, started.elapsed());
        }
    });
}

fn run_suite(
    workspace: &Workspace,
    toolchain: &Toolchain,
    suite: Suite,
    release: Option<&mut Release<'_>>,
) -> Result<Tally> {
    let built = || {
        release
            .context("the release was not built")
            .and_then(Release::wait)
    };
    match suite {
        Suite::Format => lint::format(workspace, toolchain),
        Suite::Clippy => lint::clippy(workspace, toolchain),
        Suite::ClippyWasm => lint::clippy_wasm(workspace, toolchain),
        Suite::Docs => lint::docs(workspace, toolchain),
        Suite::Layering => {
            let verdicts = layering::check(workspace, toolchain)?;
            layering::print(&verdicts);
            Ok(Tally::of(
                verdicts.iter().map(|verdict| verdict.breaches.is_empty()),
            ))
        }
        Suite::Deploy => deploy::run(workspace),
        Suite::Compile => cargo_tests::compile(workspace, toolchain),
        Suite::Build => built().map(|_| Tally::passed()),
        Suite::Size => size::check(built()?),
        Suite::Instructions => instructions::run(workspace, toolchain, built()?),
        // Only the tests that need the binary fail without it.
        Suite::Tests => cargo_tests::run(workspace, toolchain, built().ok()),
        Suite::Postgres => cargo_tests::run_on_postgres(workspace, toolchain, built().ok()),
        Suite::Api => api::run(workspace, toolchain, built()?),
        Suite::Watch => {
            // When only this suite runs, no release build has installed them.
            xtask_setup::ensure_build_tools(workspace, toolchain)?;
            watch::run(workspace, toolchain)
        }
        Suite::Browser => browser::run(workspace, toolchain, built()?),
    }
}
