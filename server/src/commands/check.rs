//! `ticketing check`

use std::fmt::Write;

use event_log::{Clock, SystemClock};
use serde::Serialize;
use service::Storage;

use super::Report;
use crate::check::{CheckError, Checked, Finding, check};

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// For people: the summary, and then everything.
    Full,
    /// The summary alone.
    Quiet,
    /// For programs.
    Json,
}

/// The output of `--json`, on one line. Fields may be added, and none is removed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// Whether every check passed.
    #[serde(rename = "sound")]
    ok: bool,
    /// How many checks passed.
    passed: usize,
    /// How many failed.
    failed: usize,
    /// How many events a running server had not delivered when the check began, and has delivered since.
    in_transit: i64,
    /// Every check.
    checks: Vec<Check<'a>>,
    /// Notices for the operator although no check failed.
    #[serde(rename = "look")]
    notices: Vec<Notice<'a>>,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    passed: bool,
    /// The first violations.
    violations: &'a [String],
}

#[derive(Serialize)]
struct Notice<'a> {
    name: &'a str,
    entries: &'a [String],
}

/// Checks a marketplace and reports the findings and notices; fails if an invariant is
/// violated.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn run(storage: &Storage, format: ReportFormat) -> Result<Report, CheckError> {
    let Checked {
        findings,
        in_transit,
        mut notices,
    } = check(storage, SystemClock.now_ms()).await?;
    // Notices are not failures.
    notices.retain(|finding| !finding.holds());
    Ok(Report {
        text: match format {
            ReportFormat::Full => full(&findings, &notices, in_transit),
            ReportFormat::Quiet => verdict(&findings),
            ReportFormat::Json => json(&findings, &notices, in_transit),
        },
        is_success: findings.iter().all(Finding::holds),
    })
}

/// The summary, in one line.
#[must_use]
pub fn verdict(findings: &[Finding]) -> String {
    let failed = failed(findings);
    format!("{} checks passed, {failed} failed\n", findings.len() - failed)
}

fn failed(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| !finding.holds()).count()
}

fn full(findings: &[Finding], notices: &[Finding], in_transit: i64) -> String {
    let mut text = verdict(findings);
    if in_transit > 0 {
        text += &format!(
            "{in_transit} events were in transit in the running server when the check began, and have been delivered since.\n"
        );
    }
    text += &broken(findings);
    for finding in notices {
        tell(&mut text, "NOTE  ", finding);
    }
    for finding in findings.iter().filter(|finding| finding.holds()) {
        tell(&mut text, "ok    ", finding);
    }
    text
}

/// The violated invariants, with their violations.
#[must_use]
pub fn broken(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| !finding.holds()) {
        tell(&mut text, "FAILED", finding);
    }
    text
}

/// Writing into a string does not fail.
fn tell(text: &mut String, what: &str, finding: &Finding) {
    let _written = writeln!(text, "{what}  {}", finding.name);
    for violation in &finding.violations {
        let _written = writeln!(text, "          {violation}");
    }
}

fn json(findings: &[Finding], notices: &[Finding], in_transit: i64) -> String {
    let failed = failed(findings);
    let checks = findings.iter().map(|finding| Check {
        name: &finding.name,
        passed: finding.holds(),
        violations: &finding.violations,
    });
    let notices = notices.iter().map(|finding| Notice {
        name: &finding.name,
        entries: &finding.violations,
    });
    let document = Document {
        ok: failed == 0,
        passed: findings.len() - failed,
        failed,
        in_transit,
        checks: checks.collect(),
        notices: notices.collect(),
    };
    format!("{}\n", serde_json::json!(document))
}
