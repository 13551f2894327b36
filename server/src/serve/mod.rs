//! `ticketing serve`: from the configuration to a running server, and back to a closed one.

mod dependencies;
mod error;
mod metrics;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use event_log::{SharedClock, TaskFailed};
use service::{Runtime, Storage};
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

use self::dependencies::dependencies;
use crate::config::Config;
use crate::connections::{self, ConnectionLimits, StreamSlots};
use crate::live::{self, Feed};
use crate::marketplace::Marketplace;
use crate::metrics::{EdgeMetrics, Metrics, limits as limits_of_metrics};
use crate::overload::Backlog;
use crate::{data_dir, demo, router, security, site};

pub use self::error::ServeError;

/// How long running requests may take to end after a shutdown was requested.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// How long delivering the remaining events may take after that. What is left is delivered after the next start.
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// Notifications while `serve` starts.
pub trait StartupReporter {
    /// The server listens.
    fn listening(&self, address: SocketAddr);
    /// There is demo data; `is_new` if this start created it.
    fn demo(&self, accounts: &[demo::Account], is_new: bool);
}

/// Serves until `stop` resolves; then drains requests, stops the relays and the workers, delivers
/// the remaining events, and closes the databases, in this order.
///
/// # Errors
/// Whatever keeps the server from starting.
pub async fn serve(
    config: Config,
    with_demo: bool,
    clock: SharedClock,
    reporter: &impl StartupReporter,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let limits = ConnectionLimits::for_this_process()?;
    // Until the databases are closed.
    let _no_other_server = match &config.storage {
        Storage::Directory(folder) => {
            let lock = data_dir::open(folder)?;
            data_dir::warn_of_loose_permissions(folder);
            Some(lock)
        }
        Storage::Postgres(_) => None,
    };

    let storage = config.storage.clone();
    let marketplace = Marketplace::open(storage, dependencies(&config, clock)?).await?;
    let stopping = CancellationToken::new();
    let feed = start(&marketplace, stopping.clone());
    if with_demo {
        let (accounts, is_new) = demo::fill(&marketplace).await?;
        reporter.demo(&accounts, is_new);
    }

    let (listener, address) = listen(config.settings.listen)?;
    let edge = EdgeMetrics::default();
    let streams = StreamSlots::new(&limits);
    let measured = Metrics::new(&marketplace, &edge, &streams);
    let metrics_listener = metrics::listen(config.settings.metrics_listen).await?;
    let backlog = Backlog::default();
    tokio::spawn(backlog.clone().watch(stopping.clone()));
    let router = routes(&config, &marketplace, feed, streams, backlog, &edge, address)?;
    reporter.listening(address);
    tracing::info!(server.address = %address, data.storage = %config.storage, "serving");

    let stopped = wait_for_stop(&marketplace.runtime, stop, &stopping);
    let trusted = config.settings.trusted_proxies;
    let metrics_limits = limits_of_metrics(&limits);
    let serving_metrics = metrics::serve(metrics_listener, measured, metrics_limits, stopping.clone());
    let serving = connections::serve(
        listener,
        router,
        limits,
        trusted,
        stopping.clone(),
        edge.connections,
    );
    let serving = async { tokio::join!(serving, serving_metrics) };
    let (failed, ()) = tokio::join!(stopped, drained(serving, &stopping));
    close(&marketplace.runtime).await;
    failed.map_or(Ok(()), |failed| Err(failed.into()))
}

/// Starts what works in the background: relays, workers and the live feed.
fn start(marketplace: &Marketplace, stopping: CancellationToken) -> Feed {
    marketplace.runtime.start();
    let feed = Feed::new(marketplace, stopping);
    live::start(&feed, marketplace);
    feed
}

/// How many connections may wait to be accepted, as far as the system allows. The handshake of one that finds no place is repeated by
/// its client, after a second.
const PENDING_CONNECTIONS: u32 = 4_096;

/// Listens, and says where: port 0 has become a free one.
fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |problem| ServeError::Listen { address, problem };
    let bound = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }?;
        // As `TcpListener::bind` does: connections of a server that has just ended are no obstacle.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(PENDING_CONNECTIONS)
    };
    let listener = bound().map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Every address of the server, each request with the address of its client.
fn routes(
    config: &Config,
    marketplace: &Marketplace,
    feed: Feed,
    streams: StreamSlots,
    backlog: Backlog,
    edge: &EdgeMetrics,
    address: SocketAddr,
) -> Result<Router, ServeError> {
    let site = site::open(address)?;
    let public_origin = config.settings.public_origin.clone();
    let trusted = config.settings.trusted_proxies.clone();
    let http = config.settings.metrics_listen.map(|_| edge.http.clone());
    let router = router::router(
        marketplace.clone(),
        site,
        feed,
        public_origin,
        streams,
        backlog,
        http,
    );
    Ok(router.layer(security::client::identify(trusted)))
}

/// Waits until the server is asked to stop, or a task does not stay alive and is the reason, and then has it stop: open streams end
/// and no connection is accepted any more.
async fn wait_for_stop(
    runtime: &Runtime,
    stop: impl Future<Output = ()>,
    stopping: &CancellationToken,
) -> Option<TaskFailed> {
    let supervisor = runtime.supervisor();
    let failed = tokio::select! {
        () = stop => None,
        failed = supervisor.failure() => Some(failed),
    };
    tracing::info!("shutting down: draining requests");
    stopping.cancel();
    failed
}

/// Serves until every request has ended, or has had its time to end since the server began to stop.
async fn drained<T>(serving: impl Future<Output = T>, stopping: &CancellationToken) {
    let time_is_up = async {
        stopping.cancelled().await;
        tokio::time::sleep(DRAIN_LIMIT).await;
    };
    tokio::select! {
        _ = serving => {}
        () = time_is_up => tracing::warn!("aborting requests that did not finish in time"),
    }
}

/// Stops what works in the background, delivers the remaining events, and closes the databases.
async fn close(runtime: &Runtime) {
    runtime.stop().await;
    runtime.deliver_remaining(DELIVERY_LIMIT).await;
    runtime.close().await;
    tracing::info!("shut down: relays and workers stopped, databases closed");
}
