//! `cargo xtask test`: every check of the project, one after the other, with one line of sums at the end.

mod api;
mod browser;
mod cargo_tests;
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

use self::release::Release;
use self::report::{Report, Tally};
use self::suite::Suite;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;
use crate::{layering, setup};

/// Set up, then run every check: formatting, lints, documentation, layering, that the tests compile, the release build, size
/// budget, tests, the REST API against its description, watching, browser tests.
///
/// A suite that fails does not keep the others from running. The last line is `N passed, N failed` over all of them;
/// the exit code is zero when nothing failed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these suites, and the release build where they need it. Can be given several times.
    #[arg(long, value_name = "SUITE", value_enum)]
    only: Vec<Suite>,
}

/// Runs the subcommand.
///
/// # Errors
/// Never; what goes wrong counts as a failed check.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let mut report = Report::default();
    match setup::ensure_rust(workspace) {
        Ok(toolchain) => run_suites(workspace, &toolchain, &suite::chosen(&args.only), &mut report),
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

/// Runs the suites in order. The release is built beside those that only look at the sources: the last crates of a compilation
/// keep one core busy, so that two compilations at a time take much less than one after the other.
fn run_suites(workspace: &Workspace, toolchain: &Toolchain, suites: &[Suite], report: &mut Report) {
    thread::scope(|scope| {
        let mut release = suites
            .contains(&Suite::Build)
            .then(|| Release::begin(scope, workspace, toolchain));
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
            .context("the release was not asked for")
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
        Suite::Compile => cargo_tests::compile(workspace, toolchain),
        Suite::Build => built().map(|_| Tally::passed()),
        Suite::Size => size::check(built()?),
        // The tests that need no binary can run without; those that need it then say so.
        Suite::Tests => cargo_tests::run(workspace, toolchain, built().ok()),
        Suite::Api => api::run(workspace, toolchain, built()?),
        Suite::Watch => {
            // A run of this suite alone builds no release, which would have brought them.
            setup::ensure_build_tools(workspace, toolchain)?;
            watch::run(workspace, toolchain)
        }
        Suite::Browser => browser::run(workspace, toolchain, built()?),
    }
}
