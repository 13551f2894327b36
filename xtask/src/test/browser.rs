//! The browser tests, by Playwright, against the release.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;
use xtask_setup::{Toolchain, Workspace};

use super::npx;
use super::report::Tally;
use crate::build::Build;

/// Type-checks the tests in `end2end`, then runs them with Playwright.
///
/// `TICKETING_BIN` is the path of the server, and `PLAYWRIGHT_CHROMIUM` that of the browser.
///
/// # Errors
/// When there is no browser, or a program cannot be started.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Tally> {
    let mut tally = Tally::default();
    let types = npx::command(workspace, toolchain, &["tsc", "--project", "."])
        .status()
        .context(npx::NOT_STARTED)?;
    tally += Tally::of([types.success()]);

    let browser = xtask_setup::ensure_browser(workspace)?;
    let report = workspace.root().join("test-output").join("e2e.json");
    if report.exists() {
        // The counts of an earlier run must not be taken for those of a run that fails before its first test.
        fs::remove_file(&report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    let mut playwright = npx::command(
        workspace,
        toolchain,
        &["playwright", "test", "--reporter=list,json"],
    );
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    playwright
        .env("PLAYWRIGHT_CHROMIUM", browser)
        .env("TICKETING_BIN", &built.binary);
    let status = playwright.status().context(npx::NOT_STARTED)?;
    let counted = match fs::read_to_string(&report) {
        Ok(report) => counts(&report).context("cannot read the report of Playwright")?,
        // It failed before its first test; its output is above.
        Err(_) => Tally::default(),
    };
    tally += counted.confirmed_by(status.success());
    Ok(tally)
}

/// The counts in Playwright's JSON report. A flaky test counts as failed.
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
    fn report_without_counts_is_an_error() {
        assert!(counts("{}").is_err());
        assert!(counts("").is_err());
    }
}
