//! Connections: accepted up to a limit, subject to timeouts, and closed when the server stops.
//!
//! Without limits, clients that connect and send nothing, or half a request, could hold connections forever, and a thousand of them
//! would keep all others out. So each connection has a phase with a deadline (`watched`, `connection`), each body has one (`body`),
//! connections are counted in total and per client (`slots`), and so are the streams on `/live` (`streams`). A connection that
//! waits for its client is evicted for a new one: a new one is refused only if every connection is busy with a request, and then
//! at once. See docs/adr/0015-bounds-of-connections.md.

mod body;
mod connection;
mod guarded_body;
mod limits;
mod metrics;
mod phase;
mod slots;
mod streams;
mod watched;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use web::{ClientAddress, TrustedProxies};

pub use body::BodyTimeout;
pub use limits::{ConnectionLimits, FdLimitTooLow};
pub use metrics::ConnectionMetrics;
pub use streams::{StreamSlots, admit};

use self::connection::Connection;
use self::slots::ConnectionSlots;

/// The pause after a connection could not be accepted because of the open-file limit.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The response to a client over the limit.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 20\r\n\
retry-after: 5\r\nconnection: close\r\n\r\nToo many connections";

/// Accepts connections and serves them until `draining` is cancelled, and then until each has ended: after its response if a
/// request is running, all others at once.
///
/// Connections of trusted proxies count in the total, but not per client: they carry the requests of many.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    trusted: TrustedProxies,
    draining: CancellationToken,
    metrics: ConnectionMetrics,
) {
    let limits = Arc::new(limits);
    let slots = Arc::new(ConnectionSlots::new(
        limits.max_connections,
        limits.max_connections_per_client,
    ));
    let mut running = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_ended) = running.join_next(), if !running.is_empty() => continue,
            () = draining.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let client = (!trusted.contains(peer.ip())).then(|| ClientAddress::of(peer.ip()));
        let Some(slot) = slots.take(client) else {
            metrics.refused();
            refuse(&stream, peer);
            continue;
        };
        // Small responses are sent at once.
        let _is_set = stream.set_nodelay(true);
        let connection = Connection {
            router: router.clone(),
            peer,
            slot,
            limits: Arc::clone(&limits),
            draining: draining.clone(),
        };
        let open = metrics.open();
        running.spawn(async move {
            connection.serve(stream).await;
            drop(open);
        });
    }
    drop(listener);
    while running.join_next().await.is_some() {}
}

fn refuse(stream: &TcpStream, peer: SocketAddr) {
    // The server does not wait for a refused client: what the kernel does not take at once is not sent.
    let _sent = stream.try_write(REFUSAL);
    tracing::debug!(client.address = %peer, "refused: connection limit reached");
}

/// A connection that broke before it was accepted concerns only its client. A process at its open-file limit can only wait.
async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::warn!(%error, "could not accept a connection");
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}
