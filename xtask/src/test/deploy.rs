//! The files that run Ticketing elsewhere, against the schemas of what reads them.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use xtask_setup::Workspace;

use super::report::Tally;

/// Runs `deploy/check/check.py`.
///
/// # Errors
/// When the validators cannot be installed or started.
pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let python = xtask_setup::DEPLOY_CHECK.ensure(workspace)?;
    let output = Command::new(python)
        .arg("deploy/check/check.py")
        .current_dir(workspace.root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start Python")?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let tally = text.lines().next_back().and_then(counts).unwrap_or_default();
    Ok(tally.confirmed_by(output.status.success()))
}

/// The counts in the last line, `6 passed, 0 failed`.
fn counts(line: &str) -> Option<Tally> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some(Tally {
        passed: passed.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_line_is_counted() {
        let tally = counts("6 passed, 1 failed");
        assert_eq!(tally, Some(Tally { passed: 6, failed: 1 }));
        assert_eq!(counts("Traceback"), None);
    }
}
