//! `/livez`: the process answers. `/readyz`: it can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::marketplace::Marketplace;

/// Events that wait longer than a moment: somebody should look.
const LAG_WORTH_A_LOOK: i64 = 10_000;

/// What `/readyz` answers. It is 503 where a database does not work; parked events, lag and payments that do not come to
/// an end are shown and make the state `degraded`, for a server that serves everything else is not to be taken out of
/// service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Readiness {
    status: Status,
    databases: Vec<DatabaseState>,
    relays: Vec<RelayState>,
    /// Payments that the provider was asked about many times without their coming to an end.
    unsettled_payments: usize,
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
    is_working: bool,
    /// `null` where the database cannot be read.
    missing_migrations: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RelayState {
    source: String,
    consumer: String,
    /// Events committed by the source and not yet dealt with.
    lag: i64,
    /// Events that wait for another try.
    retrying: i64,
    /// Events that wait to be replayed by hand.
    parked: i64,
}

/// The process answers.
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

async fn readiness(marketplace: &Marketplace) -> Readiness {
    let mut databases = Vec::new();
    for database in marketplace.databases.all() {
        let missing_migrations = database.missing_migrations().await;
        let is_working = database.check().await.is_ok() && matches!(missing_migrations, Ok(0));
        databases.push(DatabaseState {
            name: database.name(),
            is_working,
            missing_migrations: missing_migrations.ok(),
        });
    }
    let mut relays = Vec::new();
    let mut is_readable = true;
    for (source, consumer) in marketplace.databases.relayed() {
        match event_log::status(source, consumer).await {
            Ok(status) => relays.push(RelayState {
                source: source.name().to_owned(),
                consumer: consumer.name().to_owned(),
                lag: status.lag,
                retrying: status.aside,
                parked: status.parked,
            }),
            Err(error) => {
                tracing::error!(error = %error, relay.source = source.name(), "the state of a relay cannot be read");
                is_readable = false;
            }
        }
    }
    let unsettled_payments = match marketplace.payments.unsettled().await {
        Ok(payments) => payments.len(),
        Err(error) => {
            tracing::error!(error = %error, "the open payments cannot be read");
            is_readable = false;
            0
        }
    };
    let status = if !is_readable || databases.iter().any(|database| !database.is_working) {
        Status::Unavailable
    } else if relays
        .iter()
        .any(|relay| relay.parked > 0 || relay.lag > LAG_WORTH_A_LOOK)
        || unsettled_payments > 0
    {
        Status::Degraded
    } else {
        Status::Ready
    };
    Readiness {
        status,
        databases,
        relays,
        unsettled_payments,
    }
}
