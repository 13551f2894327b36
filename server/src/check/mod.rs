//! `ticketing check`: whether everything that must hold in a data folder does hold.

mod between;
mod connection;
mod invariants;
mod moment;

use std::path::{Path, PathBuf};

use service::{Definition, Invariant, pairs};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::compose;

/// How many violations of one invariant are told; there may be more.
const TOLD: usize = 20;

/// Why a data folder could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A database is missing.
    #[error("{} not found: is this the data folder? Set it with --data-dir, and start the server once if the folder is from an earlier version", .0.display())]
    Missing(PathBuf),
    /// The folder cannot be written to, and some commits are not in the databases themselves.
    #[error(
        "the data folder {0} cannot be written to, so the commits in {1} cannot be read, and no check is possible without them. \
         Check a copy: cp -r {0} COPY && ticketing check --data-dir COPY",
        .folder.display(), named(.logs)
    )]
    UnreadLogs {
        /// The data folder.
        folder: PathBuf,
        /// The write-ahead logs with commits in them, at least one.
        logs: Vec<PathBuf>,
    },
    /// A database cannot be read.
    #[error("the databases cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

fn named(logs: &[PathBuf]) -> String {
    let names = logs.iter().filter_map(|log| log.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    names.join(", ")
}

/// What the look at one invariant found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The invariant, in one sentence.
    pub name: String,
    /// What breaks it, some of it at least; empty if it holds.
    pub violations: Vec<String>,
}

impl Finding {
    /// Whether nothing breaks the invariant.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }
}

/// What the look at the files by themselves found.
#[derive(Debug, Clone)]
pub struct Files {
    /// What holds at every moment, and what breaks it.
    pub findings: Vec<Finding>,
    /// How many events were not delivered yet.
    pub undelivered: i64,
}

impl Files {
    /// What does not hold.
    #[must_use]
    pub fn broken(&self) -> Vec<Finding> {
        let broken = self.findings.iter().filter(|finding| !finding.holds());
        broken.cloned().collect()
    }
}

/// Looks at every invariant of a data folder, at that instant (milliseconds UTC). It only reads.
///
/// While a server works in the folder, some events are always on their way and some copies a moment behind: look at the
/// folder of a server that has stopped, or look twice.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn check(folder: &Path, now_ms: i64) -> Result<Vec<Finding>, CheckError> {
    let mut look = Look::open(folder, now_ms).await?;
    let mut findings = look.at_files().await?;
    findings.extend(look.at(invariants::once_delivered(&look.services)).await?);
    look.connection.close().await?;
    Ok(findings)
}

/// Looks at what somebody should see to although nothing is broken, such as disputes that are open. Findings without entries
/// are of no interest.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn worth_a_look(folder: &Path, now_ms: i64) -> Result<Vec<Finding>, CheckError> {
    let mut look = Look::open(folder, now_ms).await?;
    let notices = look.services.iter().flat_map(|service| service.notices());
    let findings = look.at(notices.collect()).await?;
    look.connection.close().await?;
    Ok(findings)
}

/// Looks whether the files of a folder are intact and of one moment, which holds whatever is on its way. It only reads.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn check_files(folder: &Path) -> Result<Files, CheckError> {
    let mut look = Look::open(folder, 0).await?;
    let findings = look.at_files().await?;
    let mut undelivered = 0;
    for pair in pairs(&look.services) {
        undelivered += moment::undelivered(&mut look.connection, pair).await?;
    }
    look.connection.close().await?;
    Ok(Files {
        findings,
        undelivered,
    })
}

struct Look {
    connection: SqliteConnection,
    services: Vec<&'static Definition>,
    now_ms: i64,
}

impl Look {
    async fn open(folder: &Path, now_ms: i64) -> Result<Self, CheckError> {
        Ok(Self {
            connection: connection::open(folder).await?,
            services: compose::services_of(folder),
            now_ms,
        })
    }

    async fn at_files(&mut self) -> Result<Vec<Finding>, CheckError> {
        let mut findings = self.at(invariants::of_the_files(&self.services)).await?;
        for pair in pairs(&self.services) {
            findings.push(moment::finding(&mut self.connection, pair).await?);
        }
        Ok(findings)
    }

    async fn at(&mut self, invariants: Vec<Invariant>) -> Result<Vec<Finding>, CheckError> {
        let mut findings = Vec::new();
        for invariant in invariants {
            let sql = AssertSqlSafe(invariant.violations.into_owned());
            let mut violations: Vec<String> = sqlx::query_scalar(sql)
                .bind(self.now_ms)
                .fetch_all(&mut self.connection)
                .await?;
            violations.truncate(TOLD);
            findings.push(Finding {
                name: invariant.sentence.into_owned(),
                violations,
            });
        }
        Ok(findings)
    }
}
