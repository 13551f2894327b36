//! `cargo xtask test`: every check of the project, one after the other, with one line of sums at the end.

mod browser;
mod cargo_tests;
mod lint;
mod report;
mod size;
mod suite;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use self::report::{Report, Tally};
use self::suite::Suite;
use crate::build::{self, Build};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;
use crate::{layering, setup};

/// Set up, then run every check: formatting, lints, layering, size budget, tests, browser tests.
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
    match setup::ensure(workspace) {
        Ok(toolchain) => run_suites(workspace, &toolchain, &suite::chosen(&args.only), &mut report),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            report.add("setup", Tally::failed(), std::time::Duration::ZERO);
        }
    }
    report.print();
    Ok(if report.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_suites(workspace: &Workspace, toolchain: &Toolchain, suites: &[Suite], report: &mut Report) {
    // None until the release is built, and when it does not build.
    let mut built = None;
    for suite in suites {
        println!("\n== {} ==", suite.name());
        let started = Instant::now();
        let tally = match run_suite(workspace, toolchain, *suite, &mut built) {
            Ok(tally) => tally,
            Err(error) => {
                eprintln!("error: {error:#}");
                Tally::failed()
            }
        };
        report.add(suite.name(), tally, started.elapsed());
    }
}

fn run_suite(
    workspace: &Workspace,
    toolchain: &Toolchain,
    suite: Suite,
    built: &mut Option<Build>,
) -> Result<Tally> {
    match suite {
        Suite::Format => lint::format(workspace, toolchain),
        Suite::Clippy => lint::clippy(workspace, toolchain),
        Suite::ClippyWasm => lint::clippy_wasm(workspace, toolchain),
        Suite::Layering => {
            let verdicts = layering::check(workspace, toolchain)?;
            layering::print(&verdicts);
            Ok(Tally::of(
                verdicts.iter().map(|verdict| verdict.breaches.is_empty()),
            ))
        }
        Suite::Build => {
            *built = Some(build::release(workspace, toolchain)?);
            Ok(Tally::passed())
        }
        Suite::Size => size::check(needed(built.as_ref())?),
        // The tests that need no binary can run without; those that need it then say so.
        Suite::Tests => cargo_tests::run(workspace, toolchain, built.as_ref()),
        Suite::Browser => browser::run(workspace, toolchain, needed(built.as_ref())?),
    }
}

fn needed(built: Option<&Build>) -> Result<&Build> {
    built.ok_or_else(|| {
        anyhow::anyhow!("not run, because the release does not build; see the suite `build` above")
    })
}
