//! `ticketing backup` and `ticketing restore`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contracts::Timestamp;
use event_log::{Clock, SystemClock};

use crate::backup::restore::{self, RestoreError};
use crate::backup::{self, BackupError};
use crate::check::{Finding, check};

/// What `ticketing restore` was asked to do.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The folder that `ticketing backup` made.
    pub backup: PathBuf,
    /// Whether the files of a marketplace that is there already are to be moved aside.
    pub replace: bool,
}

/// Makes a backup and prints what it holds; fails if the copies are not sound.
///
/// # Errors
/// When it cannot be made; then nothing of it is left.
#[expect(clippy::print_stdout, reason = "the outcome is what was asked for")]
pub async fn create(folder: &Path, target: &Path) -> Result<ExitCode, BackupError> {
    let backup = backup::create(folder, target).await?;
    let key = if backup.has_signing_key {
        " and the signing key"
    } else {
        ""
    };
    println!(
        "Backed up {} databases{key} to {} ({} bytes), all of one moment.",
        backup.databases,
        target.display(),
        backup.bytes
    );
    println!(
        "Keep it secret: it holds everybody's data, and who has the signing key can sign in as anybody."
    );
    Ok(report(&backup.files.broken()))
}

/// Restores a backup and prints what the check found; fails if something does not hold.
///
/// # Errors
/// When it cannot be restored.
#[expect(clippy::print_stdout, reason = "the outcome is what was asked for")]
pub async fn restore(folder: &Path, restore: &Restore) -> Result<ExitCode, RestoreError> {
    let now_ms = SystemClock.now_ms();
    let now = Timestamp::from_millis(now_ms);
    let restored = restore::restore(&restore.backup, folder, restore.replace, now).await?;
    println!("Restored {} into {}.", restore.backup.display(), folder.display());
    if let Some(replaced) = restored.replaced {
        println!(
            "The files of before are in {}. Delete them once all is well.",
            replaced.display()
        );
    }
    if restored.files.undelivered > 0 {
        println!(
            "Every file is intact, and all are of one moment. {} events were on their way then; the server delivers them when it \
             starts. Let `ticketing check` look at the rest afterwards.",
            restored.files.undelivered
        );
        return Ok(ExitCode::SUCCESS);
    }
    match check(folder, now_ms).await {
        Ok(findings) => {
            let holding = findings.iter().filter(|finding| finding.holds()).count();
            println!("{holding} invariants hold.");
            Ok(report(&findings))
        }
        Err(error) => {
            println!(
                "Every file is intact, and all are of one moment. The rest can be checked once the server has started: {error}"
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the outcome is what was asked for")]
fn report(findings: &[Finding]) -> ExitCode {
    let mut outcome = ExitCode::SUCCESS;
    for finding in findings.iter().filter(|finding| !finding.holds()) {
        outcome = ExitCode::FAILURE;
        println!("BROKEN  {}", finding.name);
        for violation in &finding.violations {
            println!("          {violation}");
        }
    }
    outcome
}
