//! Servers on this machine: a free address for one, and an HTTP client.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result};
use ureq::Agent;

/// A loopback address that is not in use.
///
/// # Errors
/// When there is no free port.
pub(crate) fn free_address() -> Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .context("no free port on 127.0.0.1")
}

/// An HTTP client that ignores proxies, gives up after `timeout`, and returns a response of any status.
pub(crate) fn http_client(timeout: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(timeout))
        .build()
        .into()
}
