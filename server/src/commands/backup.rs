//! `ticketing backup` and `ticketing restore`

use std::path::{Path, PathBuf};

use contracts::Timestamp;
use event_log::{Clock, SystemClock};

use super::Report;
use super::check::{broken, verdict};
use crate::backup::restore::{self, RestoreError};
use crate::backup::{self, BackupError};
use crate::check::{Finding, check};

/// The arguments of `ticketing restore`.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The directory created by `ticketing backup`.
    pub backup: PathBuf,
    /// Whether the files of an existing marketplace are moved to a subdirectory.
    pub replace: bool,
}

/// Makes a backup and reports its content; fails if the copies are not intact.
///
/// # Errors
/// When it cannot be made; then nothing of it is left.
pub async fn create(folder: &Path, target: &Path) -> Result<Report, BackupError> {
    let backup = backup::create(folder, target).await?;
    let key = if backup.has_signing_key {
        " and the signing key"
    } else {
        ""
    };
    let text = format!(
        "Backed up {} databases{key} to {} ({} bytes), all from the same point in time.\n\
         Keep it secret: it contains all user data, and anyone with the signing key can sign in as any user.\n",
        backup.databases,
        target.display(),
        backup.bytes
    );
    Ok(report(text, &backup.files.findings))
}

/// Restores a backup and reports the findings of the check; fails if an invariant is violated.
///
/// # Errors
/// When it cannot be restored.
pub async fn restore(folder: &Path, restore: &Restore) -> Result<Report, RestoreError> {
    let now_ms = SystemClock.now_ms();
    let now = Timestamp::from_millis(now_ms);
    let restored = restore::restore(&restore.backup, folder, restore.replace, now).await?;
    let mut text = format!(
        "Restored {} into {}.\n",
        restore.backup.display(),
        folder.display()
    );
    if let Some(replaced) = restored.replaced {
        text += &format!(
            "The previous files are in {}. Delete them once you have checked the restored data.\n",
            replaced.display()
        );
    }
    if restored.files.undelivered > 0 {
        text += &format!(
            "All files are intact and from the same point in time. {} events had not been delivered yet; the server delivers them when it \
             starts. Run `ticketing check` afterwards.\n",
            restored.files.undelivered
        );
        return Ok(report(text, &[]));
    }
    match check(folder, now_ms).await {
        Ok(checked) => Ok(report(text + &verdict(&checked.findings), &checked.findings)),
        Err(error) => {
            text += &format!(
                "All files are intact and from the same point in time. Run `ticketing check` once the server has started: {error}\n"
            );
            Ok(report(text, &[]))
        }
    }
}

fn report(text: String, findings: &[Finding]) -> Report {
    Report {
        text: text + &broken(findings),
        is_success: findings.iter().all(Finding::holds),
    }
}
