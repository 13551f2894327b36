//! `/livez`: the process is alive. `/readyz`: it can do its work.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use event_log::TaskStatus;
use serde::Serialize;
use service::{DatabaseStatus, RelayReport};

use crate::marketplace::Marketplace;

/// Events that are pending for longer than a moment, which the operator should know.
const MAX_HEALTHY_LAG: i64 = 10_000;

/// By how much the clocks of this server and of the database may differ, in milliseconds.
const MAX_CLOCK_DIFFERENCE_MS: i64 = 1_000;

/// The body of `/readyz`. The status is 503 if a database does not work or a file is older than another; dead letters, lag,
/// payments that are not settled, a task that has just ended and a write-ahead log that cannot be truncated are shown and make
/// the state `degraded`, because a server that serves everything else should not be taken out of service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Readiness {
    status: Status,
    databases: Vec<DatabaseState>,
    relays: Vec<RelayState>,
    tasks: Vec<TaskState>,
    /// The problems that the services count, each under its own name.
    #[serde(flatten)]
    counts: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ready,
    Degraded,
    Unavailable,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DatabaseState {
    name: &'static str,
    #[serde(rename = "isWorking")]
    is_healthy: bool,
    /// `null` if the database cannot be read.
    missing_migrations: Option<usize>,
    /// The size of its write-ahead log.
    wal_bytes: u64,
    /// Whether this server runs the relays and workers of the service. Of several servers on one database one does.
    leads: bool,
    /// By how many milliseconds the clock of PostgreSQL's host is ahead of this server's. `null` with SQLite.
    clock_ahead_ms: Option<i64>,
}

/// A supervised task.
#[derive(Debug, Serialize)]
struct TaskState {
    name: String,
    state: Running,
    /// How often it was restarted.
    restarts: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Running {
    Running,
    Restarting,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RelayState {
    source: String,
    consumer: String,
    /// Events committed by the source and not yet handled.
    lag: i64,
    /// Events that wait for a retry.
    retrying: i64,
    /// Events that wait for a manual replay.
    #[serde(rename = "parked")]
    dead_lettered: i64,
    /// Why nothing is being delivered: the source's file is older than the consumer's. `null` if all is well.
    divergence: Option<String>,
}

impl From<TaskStatus> for TaskState {
    fn from(status: TaskStatus) -> Self {
        Self {
            name: status.name,
            state: if status.is_running {
                Running::Running
            } else {
                Running::Restarting
            },
            restarts: status.restarts,
        }
    }
}

/// The process is alive.
pub async fn livez() -> &'static str {
    "ok"
}

/// It can do its work, or why not.
pub async fn readyz(State(marketplace): State<Marketplace>) -> Response {
    let readiness = readiness(&marketplace).await;
    let status = if readiness.status == Status::Unavailable {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (status, Json(readiness)).into_response()
}

impl From<DatabaseStatus> for DatabaseState {
    fn from(status: DatabaseStatus) -> Self {
        Self {
            name: status.name,
            is_healthy: status.is_healthy,
            missing_migrations: status.missing_migrations,
            wal_bytes: status.wal_bytes,
            leads: status.leads,
            clock_ahead_ms: status.clock_ahead_ms,
        }
    }
}

/// Servers whose clocks differ disagree about which reservations have expired.
fn has_wrong_clock(database: &DatabaseState) -> bool {
    database
        .clock_ahead_ms
        .is_some_and(|ahead| ahead.abs() > MAX_CLOCK_DIFFERENCE_MS)
}

async fn readiness(marketplace: &Marketplace) -> Readiness {
    let databases = marketplace.runtime.database_statuses().await;
    let databases: Vec<_> = databases.into_iter().map(DatabaseState::from).collect();
    let mut relays = Vec::new();
    let mut is_readable = true;
    for RelayReport {
        source,
        consumer,
        status,
    } in marketplace.runtime.relay_reports().await
    {
        match status {
            Ok(status) => relays.push(RelayState {
                source: source.to_owned(),
                consumer: consumer.to_owned(),
                lag: status.lag,
                retrying: status.retrying,
                dead_lettered: status.dead_lettered,
                divergence: status.divergence.as_ref().map(service::divergence_text),
            }),
            Err(error) => {
                tracing::error!(error = %error, relay.source = source, "the state of a relay cannot be read");
                is_readable = false;
            }
        }
    }
    let mut counts = BTreeMap::new();
    for check in marketplace.runtime.readiness() {
        let count = check.count().await.unwrap_or_else(|error| {
            tracing::error!(%error, check = check.name(), "a readiness check failed");
            is_readable = false;
            0
        });
        counts.insert(check.name(), count);
    }
    let tasks: Vec<TaskState> = marketplace
        .runtime
        .tasks()
        .into_iter()
        .map(TaskState::from)
        .collect();
    let has_diverged = relays.iter().any(|relay| relay.divergence.is_some());
    let status = if !is_readable || has_diverged || databases.iter().any(|database| !database.is_healthy) {
        Status::Unavailable
    } else if relays
        .iter()
        .any(|relay| relay.dead_lettered > 0 || relay.lag > MAX_HEALTHY_LAG)
        || counts.values().any(|count| *count > 0)
        || tasks.iter().any(|task| task.state != Running::Running)
        || databases
            .iter()
            .any(|database| database.wal_bytes > event_log::WAL_HARD_LIMIT || has_wrong_clock(database))
    {
        Status::Degraded
    } else {
        Status::Ready
    };
    Readiness {
        status,
        databases,
        relays,
        tasks,
        counts,
    }
}
