//! The listener for metrics.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::TrustedProxies;

use super::ServeError;
use crate::connections::{self, ConnectionLimits, ConnectionMetrics};
use crate::metrics::{self, Metrics};

/// The listener for metrics, if there is to be one. Everyone who can reach it can read all of them.
pub(super) async fn listen(address: Option<SocketAddr>) -> Result<Option<TcpListener>, ServeError> {
    let Some(address) = address else { return Ok(None) };
    let failed = |problem| ServeError::ListenForMetrics { address, problem };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tracing::info!(metrics.address = %address, "serving metrics");
    if !address.ip().is_loopback() {
        tracing::warn!(metrics.address = %address, "metrics are served to everyone who can reach this address");
    }
    Ok(Some(listener))
}

/// Serves the metrics until `stopping` is cancelled, if there is a listener for them.
pub(super) async fn serve(
    listener: Option<TcpListener>,
    metrics: Metrics,
    limits: ConnectionLimits,
    stopping: CancellationToken,
) {
    let Some(listener) = listener else { return };
    let router = metrics::router(metrics);
    let (no_proxies, apart) = (TrustedProxies::default(), ConnectionMetrics::default());
    connections::serve(listener, router, limits, no_proxies, stopping, apart).await;
}
