//! `ticketing check`

use std::path::Path;
use std::process::ExitCode;

use event_log::{Clock, SystemClock};

use crate::check::{CheckError, check, worth_a_look};

/// Prints what holds in a data folder and what does not, and what somebody should look at besides; fails if something does
/// not hold.
///
/// # Errors
/// When a database is missing or cannot be read.
#[expect(clippy::print_stdout, reason = "the report is what was asked for")]
pub async fn run(folder: &Path) -> Result<ExitCode, CheckError> {
    let now = SystemClock.now_ms();
    let findings = check(folder, now).await?;
    for finding in &findings {
        let verdict = if finding.violations.is_empty() {
            "holds "
        } else {
            "BROKEN"
        };
        println!("{verdict}  {}", finding.name);
        for violation in &finding.violations {
            println!("          {violation}");
        }
    }
    // These break nothing, so they are no failure.
    for finding in worth_a_look(folder, now).await? {
        if !finding.violations.is_empty() {
            println!("LOOK    {}", finding.name);
        }
        for entry in &finding.violations {
            println!("          {entry}");
        }
    }
    let broken = findings
        .iter()
        .filter(|finding| !finding.violations.is_empty())
        .count();
    println!("{} invariants hold, {broken} are broken", findings.len() - broken);
    if broken == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "A server that works in the folder is always a moment ahead of itself: stop it, or look once more."
    );
    Ok(ExitCode::FAILURE)
}
