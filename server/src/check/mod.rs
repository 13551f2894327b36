//! `ticketing check`: verifies the invariants of a marketplace.

mod connection;
mod consistency;
mod cross_service;
mod damage;
mod delivery;
mod in_transit;
mod invariants;
mod missing;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use event_log::sql::unchecked_scalar;
use service::{Definition, Invariant, Storage, relay_endpoints};
use sqlx::AssertSqlSafe;

use self::connection::{Connection, Opened};
use crate::compose::{NoSchema, has_server};

/// How many violations of one invariant are reported; there may be more.
const MAX_REPORTED: usize = 20;

/// The errors of a check that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A database is missing.
    #[error("{} not found: is this the data directory? Set it with --data-dir, and start the server once if the directory is from an earlier version", .0.display())]
    Missing(PathBuf),
    /// The directory cannot be written to, and some commits are not in the databases themselves.
    #[error(
        "the data directory {0} cannot be written to, so the commits in {1} cannot be read, and without them no check is possible. \
         Check a copy: cp -r {0} COPY && ticketing check --data-dir COPY",
        .folder.display(), named(.logs)
    )]
    UnreadLogs {
        /// The data directory.
        folder: PathBuf,
        /// The write-ahead logs with commits in them, at least one.
        logs: Vec<PathBuf>,
    },
    /// The file of a database cannot be read.
    #[error("{} cannot be read: {problem}. Run this as the user that owns the data directory, or set another with --data-dir", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        problem: io::Error,
    },
    /// A database does not open, although its file can be read.
    #[error("{} cannot be read: {problem}", .path.display())]
    Database {
        /// Its file.
        path: PathBuf,
        /// SQLite's error.
        problem: sqlx::Error,
    },
    /// A service has no database on PostgreSQL.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// The databases cannot be read together.
    #[error("the databases cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

fn named(logs: &[PathBuf]) -> String {
    let names = logs.iter().filter_map(|log| log.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    names.join(", ")
}

/// The result of checking one invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The invariant, in one sentence.
    pub name: String,
    /// The violations, possibly not all of them; empty if it holds.
    pub violations: Vec<String>,
}

impl Finding {
    /// A finding with some of the violations.
    fn of(name: impl Into<String>, mut violations: Vec<String>) -> Self {
        violations.truncate(MAX_REPORTED);
        Self {
            name: name.into(),
            violations,
        }
    }

    /// Whether there is no violation.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }
}

/// The result of checking the databases on their own.
#[derive(Debug, Clone)]
pub struct AtRest {
    /// The invariants that hold at every moment, and their violations.
    pub findings: Vec<Finding>,
    /// How many events were not delivered yet.
    pub undelivered: i64,
}

impl AtRest {
    /// The violated invariants.
    #[must_use]
    pub fn broken(&self) -> Vec<Finding> {
        let broken = self.findings.iter().filter(|finding| !finding.holds());
        broken.cloned().collect()
    }
}

/// The result of a check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Every invariant, and its violations.
    pub findings: Vec<Finding>,
    /// How many events a running server had not delivered when the check began, and has delivered since.
    pub in_transit: i64,
    /// Notices for the operator although no invariant is violated, such as open disputes. Those without entries can be
    /// ignored.
    pub notices: Vec<Finding>,
}

/// Checks every invariant of a marketplace, at that instant (milliseconds UTC). It only reads.
///
/// A server may be running: violations between the databases are then rechecked until they are gone or can no longer be explained
/// by events in transit, which takes some seconds. Without a server nothing is in transit, and undelivered events are reported at
/// once.
///
/// # Errors
/// When a database is missing or cannot be read. One whose content is damaged is a finding.
pub async fn check(storage: impl Into<Storage>, now_ms: i64) -> Result<Checked, CheckError> {
    let storage = storage.into();
    let mut pass = Pass::open(&storage, now_ms).await?;
    let mut findings = pass.at_rest().await?;
    let of_services = pass.at(invariants::of_the_services(&pass.services)).await?;
    let mut checks = in_transit::InTransitChecks::first_pass(&mut pass).await?;
    if !checks.holds() && has_server(&storage).await? {
        checks.recheck(&mut pass).await?;
    }
    let in_transit = checks.was_in_transit();
    let (deliveries, between) = checks.findings();
    findings.extend(deliveries);
    findings.extend(of_services);
    findings.extend(between);
    let notices = pass.services.iter().flat_map(|service| service.notices());
    let notices = pass.at(notices.collect()).await?;
    pass.connection.close().await?;
    Ok(Checked {
        findings,
        in_transit,
        notices,
    })
}

/// Checks that databases are intact and from the same point in time, which holds whatever is in transit. It only reads.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn check_at_rest(storage: impl Into<Storage>) -> Result<AtRest, CheckError> {
    let mut pass = Pass::open(&storage.into(), 0).await?;
    let findings = pass.at_rest().await?;
    let mut undelivered = 0;
    // No caller continues with damaged files, and their content cannot be counted.
    if findings.iter().all(Finding::holds) {
        for endpoints in relay_endpoints(&pass.services) {
            undelivered += consistency::undelivered(&mut pass.connection, endpoints).await?;
        }
    }
    pass.connection.close().await?;
    Ok(AtRest {
        findings,
        undelivered,
    })
}

struct Pass {
    connection: Connection,
    /// The services whose databases can be read.
    services: Vec<&'static Definition>,
    /// The other services whose files exist.
    damaged: Vec<(&'static Definition, String)>,
    /// The instant of the check, and the same instant by this process's clock.
    first: (i64, Instant),
    /// The instant of the current pass.
    now_ms: i64,
}

impl Pass {
    async fn open(storage: &Storage, now_ms: i64) -> Result<Self, CheckError> {
        let first = (now_ms, Instant::now());
        let Opened {
            connection,
            services,
            damaged,
        } = connection::open(storage).await?;
        Ok(Self {
            connection,
            services,
            damaged,
            first,
            now_ms,
        })
    }

    /// Sets the instant of the current pass to now.
    fn advance(&mut self) {
        let (first_ms, opened) = self.first;
        self.now_ms = first_ms + i64::try_from(opened.elapsed().as_millis()).unwrap_or(i64::MAX);
    }

    async fn at_rest(&mut self) -> Result<Vec<Finding>, CheckError> {
        let damaged = self.damaged.iter().map(|(service, problem)| {
            let file = service::file(Path::new(""), service.name);
            let violation = format!("{}: {problem}", file.display());
            Finding::of(invariants::intact(&service.schema()), vec![violation])
        });
        let mut findings: Vec<Finding> = damaged.collect();
        let of_the_databases = invariants::of_the_databases(&self.connection, &self.services);
        findings.extend(self.at(of_the_databases).await?);
        for endpoints in relay_endpoints(&self.services) {
            let violations = match consistency::violations(&mut self.connection, endpoints).await {
                Ok(violations) => violations,
                Err(error) => vec![damage::in_a_check(error)?],
            };
            findings.push(Finding::of(consistency::name(endpoints), violations));
        }
        let damaged = self.damaged.iter().map(|(service, _)| *service);
        let present: Vec<_> = self.services.iter().copied().chain(damaged).collect();
        findings.extend(missing::findings(&mut self.connection, &self.services, &present).await?);
        Ok(findings)
    }

    async fn at(&mut self, invariants: Vec<Invariant>) -> Result<Vec<Finding>, CheckError> {
        let mut findings = Vec::new();
        for invariant in invariants {
            let violations = self.violations(&invariant).await?;
            findings.push(Finding::of(invariant.sentence, violations));
        }
        Ok(findings)
    }

    /// All violations of an invariant.
    async fn violations(&mut self, invariant: &Invariant) -> Result<Vec<String>, CheckError> {
        let mut query = unchecked_scalar(AssertSqlSafe(invariant.violations.clone().into_owned()));
        // PostgreSQL refuses an argument that is not used.
        if invariant.violations.contains("$1") {
            query = query.bind(self.now_ms);
        }
        let violations = query.fetch_all(self.connection.on()).await;
        match violations {
            Ok(violations) => Ok(violations),
            Err(error) => Ok(vec![damage::in_a_check(error)?]),
        }
    }
}
