//! `ticketing check`: whether everything that must hold in a data folder does hold.

mod invariants;

use std::path::{Path, PathBuf};

use payments::PaymentsConfig;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::databases;

pub use invariants::Invariant;

/// How many violations of one invariant are told; there may be more.
const TOLD: usize = 20;

/// The databases of every data folder. The invariants know them by these names, too.
const NAMES: [&str; 4] = ["auth", "tickets", "orders", "payments"];

/// Why a data folder could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A database is missing.
    #[error("there is no {}: is this the data folder? Name it with --data-dir, and start the server once if it is from an earlier version", .0.display())]
    Missing(PathBuf),
    /// A database cannot be read.
    #[error("the databases cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
}

/// What the look at one invariant found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The invariant, in one sentence.
    pub name: String,
    /// What breaks it, some of it at least; empty if it holds.
    pub violations: Vec<String>,
}

/// Looks at every invariant of a data folder, at that instant (milliseconds UTC). It only reads.
///
/// While a server works in the folder, some events are always on their way and some copies a moment behind: look at the
/// folder of a server that has stopped, or look twice.
///
/// # Errors
/// When a database is missing or cannot be read.
pub async fn check(folder: &Path, now_ms: i64) -> Result<Vec<Finding>, CheckError> {
    let mut connection = open(folder).await?;
    let has_test_provider = databases::file(folder, databases::TEST_PROVIDER).exists();
    let mut findings = Vec::new();
    for invariant in invariants::all(has_test_provider) {
        let sql = AssertSqlSafe(invariant.violations);
        let mut violations: Vec<String> = sqlx::query_scalar(sql)
            .bind(now_ms)
            .bind(PaymentsConfig::default().patience)
            .fetch_all(&mut connection)
            .await?;
        violations.truncate(TOLD);
        findings.push(Finding {
            name: invariant.name,
            violations,
        });
    }
    connection.close().await?;
    Ok(findings)
}

/// One connection that sees all databases and can write none.
async fn open(folder: &Path) -> Result<SqliteConnection, CheckError> {
    let main = databases::file(folder, NAMES[0]);
    if !main.exists() {
        return Err(CheckError::Missing(main));
    }
    // Databases that are attached are opened as the first one is: read-only.
    let options = SqliteConnectOptions::new().filename(main).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let test_provider = databases::file(folder, databases::TEST_PROVIDER)
        .exists()
        .then_some((databases::TEST_PROVIDER, "test_provider"));
    for (name, schema) in NAMES.map(|name| (name, name)).into_iter().chain(test_provider) {
        let path = databases::file(folder, name);
        if !path.exists() {
            return Err(CheckError::Missing(path));
        }
        sqlx::query(AssertSqlSafe(format!("ATTACH DATABASE ? AS {schema}")))
            .bind(path.to_string_lossy().into_owned())
            .execute(&mut connection)
            .await?;
    }
    Ok(connection)
}
