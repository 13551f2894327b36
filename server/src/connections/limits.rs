//! Connection limits.

use std::time::Duration;

/// The open-file limit that a process requests, mostly for sockets.
const DESIRED_FD_LIMIT: u64 = 32_768;
/// How many of its files are not for connections: databases, their logs, files of the site, calls of a provider.
const RESERVED_FDS: u64 = 256;
/// Files per connection: its socket, and a file of the site that is sent on it.
const FDS_PER_CONNECTION: u64 = 2;
/// The fewest files that a server starts with.
const MIN_FDS: u64 = 512;

/// How many connections there may be, and the time limits of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections in total.
    pub max_connections: usize,
    /// Connections per client. A thousand users behind one address have enough; a single machine cannot take all of them.
    pub max_connections_per_client: usize,
    /// Streams on `/live` in total: fewer than connections, so that pages are always served.
    pub max_streams: usize,
    /// Streams on `/live` per client.
    pub max_streams_per_client: usize,
    /// From the start of a connection, or from the first byte of a request, until its head is complete.
    pub header_timeout: Duration,
    /// Between a response and the first byte of the next request. Longer than the 60 seconds for which proxies commonly keep a connection,
    /// so that the proxy closes it, and never while it is sending a request.
    pub keep_alive_timeout: Duration,
    /// From one part of a body until the next.
    pub body_read_timeout: Duration,
    /// From the head of a request until the end of its body. Less than the request timeout, so that a slow client gets a proper response.
    pub body_timeout: Duration,
    /// For how long a client may accept none of the data sent to it.
    pub send_timeout: Duration,
    /// For how long a body may still arrive once the server is stopping.
    pub drain_body_timeout: Duration,
    /// For how long a client may still read slowly once the server is stopping.
    pub drain_send_timeout: Duration,
}

/// A process with so low an open-file limit cannot serve any client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the open-file limit is {fd_limit}, but at least {MIN_FDS} is required. Raise it, for example with `ulimit -n 4096`, or \
     LimitNOFILE=4096 in the systemd unit"
)]
pub struct FdLimitTooLow {
    fd_limit: u64,
}

impl ConnectionLimits {
    /// The limits of a process with this open-file limit.
    #[must_use]
    pub fn for_fd_limit(fd_limit: u64) -> Self {
        let connections = (fd_limit.saturating_sub(RESERVED_FDS) / FDS_PER_CONNECTION).max(1);
        let connections = usize::try_from(connections).unwrap_or(usize::MAX).min(16_384);
        Self {
            max_connections: connections,
            max_connections_per_client: (connections / 4).min(2_048),
            max_streams: connections / 2,
            max_streams_per_client: (connections / 8).min(256),
            header_timeout: Duration::from_secs(15),
            keep_alive_timeout: Duration::from_secs(75),
            body_read_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            send_timeout: Duration::from_secs(30),
            drain_body_timeout: Duration::from_secs(2),
            drain_send_timeout: Duration::from_secs(2),
        }
    }

    /// Raises the open-file limit as far as the system allows, and returns the limits that follow from it.
    ///
    /// # Errors
    /// When there are too few files for any connections.
    pub fn for_this_process() -> Result<Self, FdLimitTooLow> {
        let fd_limit = rlimit::increase_nofile_limit(DESIRED_FD_LIMIT).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot raise the open-file limit");
            rlimit::Resource::NOFILE.get().map_or(1024, |(soft, _)| soft)
        });
        if fd_limit < MIN_FDS {
            return Err(FdLimitTooLow { fd_limit });
        }
        let limits = Self::for_fd_limit(fd_limit);
        tracing::info!(
            fd_limit,
            limits.max_connections,
            limits.max_streams,
            "connection limits"
        );
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_the_fd_limit_and_streams_fit_the_connections() {
        for fd_limit in [MIN_FDS, 1_024, 4_096, 32_768, 1_000_000] {
            let limits = ConnectionLimits::for_fd_limit(fd_limit);
            let of_connections = limits.max_connections as u64 * FDS_PER_CONNECTION;
            assert!(of_connections + RESERVED_FDS <= fd_limit, "{fd_limit}");
            assert!(
                limits.max_connections_per_client < limits.max_connections,
                "{fd_limit}"
            );
            assert!(limits.max_streams < limits.max_connections, "{fd_limit}");
            assert!(
                limits.max_streams_per_client < limits.max_connections_per_client,
                "{fd_limit}"
            );
            assert!(limits.max_streams_per_client > 0, "{fd_limit}");
        }
    }
}
