//! `GET /metrics`.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;

use super::Metrics;
use crate::connections::ConnectionLimits;

/// Connections: Prometheus, a second one, and an operator.
const CONNECTIONS: usize = 16;

/// The router of the listener for metrics, which serves nothing else.
pub fn router(metrics: Metrics) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(metrics)
}

/// The limits of the listener for metrics: those of all connections, and few of them.
#[must_use]
pub fn limits(of_all: &ConnectionLimits) -> ConnectionLimits {
    ConnectionLimits {
        max_connections: CONNECTIONS,
        max_connections_per_client: CONNECTIONS,
        ..of_all.clone()
    }
}

async fn scrape(State(metrics): State<Metrics>) -> Response {
    match metrics.scrape().await {
        Ok(text) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "a scrape timed out");
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
        }
    }
}
