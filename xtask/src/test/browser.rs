//! The browser tests, by Playwright, against the release.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::report::Tally;
use crate::build::Build;
use crate::setup;
use crate::toolchain::{Toolchain, path_with_tools};
use crate::workspace::Workspace;

/// Runs Playwright in `end2end`.
///
/// Its configuration finds the server's program in `TICKETING_BIN` and the browser's in `PLAYWRIGHT_CHROMIUM`.
///
/// # Errors
/// When there is no browser, or Playwright cannot be started.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Tally> {
    let browser = setup::ensure_browser(workspace)?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let report = folder.path().join("report.json");
    let mut playwright = toolchain.command("npx");
    playwright
        .args(["playwright", "test", "--reporter=line,json"])
        .current_dir(workspace.root().join("end2end"));
    playwright
        .env("PATH", path_with_tools(workspace))
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    playwright
        .env("PLAYWRIGHT_CHROMIUM", browser)
        .env("TICKETING_BIN", &built.binary);
    let status = playwright
        .status()
        .context("npx could not be started; is Node on PATH?")?;
    let tally = match fs::read_to_string(&report) {
        Ok(report) => counts(&report).context("Playwright's report is not as expected")?,
        // It ended before it ran anything; its own message is above.
        Err(_) => Tally::default(),
    };
    Ok(tally.confirmed_by(status.success()))
}

/// The counts of Playwright's JSON report. A test that passed only when repeated has failed.
fn counts(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report)?;
    let count = |name: &str| {
        report["stats"][name]
            .as_u64()
            .with_context(|| format!("it has no stats.{name}"))
    };
    Ok(Tally {
        passed: count("expected")?,
        failed: count("unexpected")? + count("flaky")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaky_tests_are_failures_and_skipped_ones_are_not_counted() {
        let report = r#"{"stats":{"expected":7,"skipped":2,"unexpected":1,"flaky":1}}"#;
        assert_eq!(counts(report).unwrap(), Tally { passed: 7, failed: 2 });
    }

    #[test]
    fn a_report_without_counts_is_an_error() {
        assert!(counts("{}").is_err());
        assert!(counts("").is_err());
    }
}
