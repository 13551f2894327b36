//! `ticketing serve`: from the configuration to a running server, and back to a closed one.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use auth::AuthConfig;
use event_log::{IdSource, SharedClock, TaskFailed};
use orders::OrdersConfig;
use payments::PaymentsConfig;
use payments::provider::StripePayments;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::{SessionConfig, Sessions, TrustedProxies};

use crate::config::{Config, PaymentProvider};
use crate::connections::{self, ConnectionLimits, ConnectionMetrics, StreamPlaces, TooFewFiles};
use crate::data_dir::{self, DataDirError};
use crate::live::{self, Feed};
use crate::marketplace::{self, Marketplace, Parts, ProviderChoice};
use crate::metrics::{self, EdgeMetrics, Metrics};
use crate::{demo, router, security, signing_key, site};

/// How long running requests may take to end after a shutdown was requested.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// How long delivering the remaining events may take after that. What is left is delivered after the next start.
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// The errors that keep the server from starting or stop it.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// There is no usable signing key.
    #[error(transparent)]
    Key(#[from] signing_key::KeyError),
    /// The files of the site do not exist.
    #[error(transparent)]
    Site(#[from] site::SiteMissing),
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] marketplace::OpenError),
    /// The demo data could not be created.
    #[error("the demo data could not be created: {0}")]
    Demo(#[from] demo::DemoError),
    /// The address is in use or not ours.
    #[error(
        "cannot listen on {address}: {problem}. Choose another address with --listen, for example --listen 127.0.0.1:3001"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        problem: io::Error,
    },
    /// The address for metrics is taken or not ours.
    #[error(
        "cannot listen for metrics on {address}: {problem}. Choose another address with --metrics-listen, for example \
         --metrics-listen 127.0.0.1:9464"
    )]
    ListenForMetrics {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        problem: io::Error,
    },
    /// The open-file limit is too low.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// A task keeps failing, and without it the server would only appear to work.
    #[error("the server stopped: {0}. See the log for details")]
    Task(#[from] TaskFailed),
}

/// Notifications while `serve` starts.
pub trait Announce {
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
    announce: &impl Announce,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let connection_limits = ConnectionLimits::of_this_process()?;
    let folder = &config.data_dir;
    // Until the databases are closed.
    let _no_other_server = data_dir::open(folder)?;
    data_dir::warn_if_too_open(folder);
    let key = match &config.signing_key {
        Some(key) => key.clone(),
        None => signing_key::load_or_make(folder)?,
    };
    let mut former_keys = signing_key::load_former(folder)?;
    former_keys.extend(config.former_signing_keys.iter().cloned());
    let is_https = config
        .public_origin
        .as_ref()
        .is_some_and(crate::config::WebOrigin::is_https);
    let session_config = SessionConfig {
        idle: config.session_idle,
        max: config.session_max,
        is_secure: is_https,
        accepted_keys: former_keys,
        ..SessionConfig::new(key)
    };
    let parts = Parts {
        orders: OrdersConfig {
            hold: config.hold,
            payment_extension: config.payment_extension,
            holds_per_buyer: config.limits.holds_per_buyer,
            ..OrdersConfig::default()
        },
        payments: PaymentsConfig::default(),
        provider: match &config.payment_provider {
            PaymentProvider::Test => ProviderChoice::Test(config.test_payment_delay),
            PaymentProvider::Stripe(stripe) => {
                ProviderChoice::Real(Arc::new(StripePayments::new(stripe.clone())))
            }
        },
        auth: AuthConfig {
            client_rate: config.limits.client_rate,
            ..AuthConfig::default()
        },
        sessions: Sessions::new(session_config, clock.clone()),
        ids: IdSource::system(clock.clone()),
        clock,
        expiry_worker: config.expiry_worker,
    };
    let marketplace = Marketplace::open(folder, parts).await?;

    marketplace.runtime.start();
    let stop_streams = CancellationToken::new();
    let feed = Feed::new(&marketplace, stop_streams.clone());
    live::start(&feed, &marketplace);

    if with_demo {
        let (accounts, is_new) = demo::fill(&marketplace).await?;
        announce.demo(&accounts, is_new);
    }

    let listen_error = |problem| ServeError::Listen {
        address: config.listen,
        problem,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let options = site::options(address)?;
    let streams = StreamPlaces::new(&connection_limits);
    let edge = EdgeMetrics::default();
    let metrics = Metrics::new(&marketplace, &edge, &streams);
    let metrics_listener = listen_for_metrics(config.metrics_listen).await?;
    let trusted = &config.limits.trusted_proxies;
    let router = router::router(
        marketplace.clone(),
        options,
        feed,
        config.public_origin.clone(),
        streams,
        edge.http,
    )
    .layer(security::client::identify(trusted.clone()));
    announce.listening(address);
    tracing::info!(server.address = %address, data.dir = %config.data_dir.display(), "serving");

    let draining = CancellationToken::new();
    let (supervisor, failed_task) = (marketplace.runtime.supervisor().clone(), OnceLock::new());
    let stopping = async {
        tokio::select! {
            () = stop => {}
            failed = supervisor.failure() => {
                let _first = failed_task.set(failed);
            }
        }
        tracing::info!("shutting down: draining requests");
        stop_streams.cancel();
        draining.cancel();
        tokio::time::sleep(DRAIN_LIMIT).await;
    };
    let metrics_limits = metrics::limits(&connection_limits);
    let serving = connections::serve(
        listener,
        router,
        connection_limits,
        trusted.clone(),
        draining.clone(),
        edge.connections,
    );
    let serving_metrics = serve_metrics(metrics_listener, metrics, metrics_limits, draining.clone());
    tokio::select! {
        ((), ()) = async { tokio::join!(serving, serving_metrics) } => {}
        () = stopping => tracing::warn!("aborting requests that did not finish in time"),
    }
    marketplace.runtime.stop().await;
    marketplace.runtime.deliver_rest(DELIVERY_LIMIT).await;
    marketplace.runtime.close().await;
    tracing::info!("shut down: relays and workers stopped, databases closed");
    match failed_task.get() {
        Some(failed) => Err(failed.clone().into()),
        None => Ok(()),
    }
}

/// The listener for metrics, if there is to be one. Whoever reaches it can read all of them.
async fn listen_for_metrics(address: Option<SocketAddr>) -> Result<Option<TcpListener>, ServeError> {
    let Some(address) = address else { return Ok(None) };
    let listen_error = |problem| ServeError::ListenForMetrics { address, problem };
    let listener = TcpListener::bind(address).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    tracing::info!(metrics.address = %address, "serving metrics");
    if !address.ip().is_loopback() {
        tracing::warn!(metrics.address = %address, "metrics are served to whoever reaches this address");
    }
    Ok(Some(listener))
}

/// Serves the metrics until `draining` is cancelled, if there is a listener for them.
async fn serve_metrics(
    listener: Option<TcpListener>,
    metrics: Metrics,
    limits: ConnectionLimits,
    draining: CancellationToken,
) {
    let Some(listener) = listener else { return };
    let router = metrics::router(metrics);
    let (nobody, apart) = (TrustedProxies::default(), ConnectionMetrics::default());
    connections::serve(listener, router, limits, nobody, draining, apart).await;
}
