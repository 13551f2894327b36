//! `ticketing health`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::Report;

/// How long a server may take to answer. Neither endpoint is refused under load.
const TIMEOUT: Duration = Duration::from_secs(5);

/// No answer arrived.
#[derive(Debug, thiserror::Error)]
#[error(
    "{url} does not answer: {problem}. Is the server running, and is this where it listens? Set it with --listen"
)]
pub struct HealthError {
    url: String,
    problem: reqwest::Error,
}

/// Asks the server that listens on an address of this machine whether it is alive, or ready to serve requests. Fails if it is not.
///
/// # Errors
/// When it does not answer.
pub async fn run(listen: SocketAddr, is_ready_asked: bool) -> Result<Report, HealthError> {
    let path = if is_ready_asked { "readyz" } else { "livez" };
    let url = format!("http://{}/{path}", reachable(listen));
    let failed = |problem| HealthError {
        url: url.clone(),
        problem,
    };
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build();
    let answer = client.map_err(failed)?.get(&url).send().await.map_err(failed)?;
    let is_success = answer.status().is_success();
    let text = answer.text().await.map_err(failed)?;
    Ok(Report {
        text: format!("{}\n", text.trim_end()),
        is_success,
    })
}

/// A server that listens on every address is reached at the loopback one.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_on_every_address_is_asked_over_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:3000", "[::1]:3000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
