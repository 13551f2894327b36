//! `ticketing copy`

use event_log::{Clock, SystemClock};
use service::Storage;

use super::Report;
use super::check::{broken, verdict};
use crate::check::{Finding, check};
use crate::copy::{self, CopyError};
use crate::signing_key;

/// Copies a marketplace and reports what was copied, and the findings of the check of the copy; fails if an invariant is violated.
///
/// # Errors
/// When nothing was copied.
pub async fn run(from: &Storage, to: &Storage) -> Result<Report, CopyError> {
    let copied = copy::copy(from, to).await?;
    let mut text = format!("Copied {from} to {to}.\n");
    for (service, rows) in &copied.rows {
        text += &format!("  {service:<14} {rows:>10} rows\n");
    }
    text += &match (from, to) {
        (Storage::Directory(folder), _) => format!(
            "Start the servers with the signing key of the source, so that sessions stay valid: TICKETING_SIGNING_KEY=\"$(cat {})\".\n",
            folder.join(signing_key::FILE).display()
        ),
        (_, Storage::Directory(folder)) => format!(
            "Start the server with the signing key that the others had, in TICKETING_SIGNING_KEY or in {}, so that sessions stay valid.\n",
            folder.join(signing_key::FILE).display()
        ),
        (Storage::Postgres(_), Storage::Postgres(_)) => String::new(),
    };
    let findings = if copied.copy.undelivered > 0 {
        text += &format!(
            "{} events had not been delivered yet; the server delivers them when it starts. Run `ticketing check` afterwards.\n",
            copied.copy.undelivered
        );
        copied.copy.findings
    } else {
        let checked = check(to, SystemClock.now_ms()).await?;
        text += &verdict(&checked.findings);
        checked.findings
    };
    Ok(Report {
        text: text + &broken(&findings),
        is_success: findings.iter().all(Finding::holds),
    })
}
