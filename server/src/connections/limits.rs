//! The limits of connections.

use std::time::Duration;

/// How many files a process asks for, which are sockets above all.
const FILES: u64 = 32_768;
/// How many of its files are for something else than connections: databases, their logs, files of the site, calls of a provider.
const OTHER_FILES: u64 = 256;

/// How many connections there may be, and how long one may take for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one client. A thousand people behind one address have their place; a single machine cannot take all of them.
    pub connections_per_client: usize,
    /// Streams on `/live` in all: fewer than connections, so that pages are always served.
    pub streams: usize,
    /// Streams on `/live` of one client.
    pub streams_per_client: usize,
    /// From the start of a connection, or from the first byte of a request, until its head is there.
    pub head: Duration,
    /// Between an answer and the first byte of the next request. Longer than the 60 seconds for which proxies commonly keep a connection,
    /// so that it is the proxy that closes it, and never in the moment in which it sends a request.
    pub idle: Duration,
    /// From one part of a body until the next.
    pub body_pause: Duration,
    /// From the head of a request until the end of its body. Less than a request may take, so that a slow client is told so.
    pub body: Duration,
    /// For how long a client may take nothing of what it is sent.
    pub write_pause: Duration,
    /// For how long a body may still arrive once the server is stopping.
    pub drain_body: Duration,
}

impl ConnectionLimits {
    /// The limits of a process that may open so many files.
    #[must_use]
    pub fn of_files(files: u64) -> Self {
        let connections = files.saturating_sub(OTHER_FILES).max(files / 2).max(1);
        let connections = usize::try_from(connections).unwrap_or(usize::MAX).min(16_384);
        Self {
            connections,
            connections_per_client: (connections / 4).min(2_048),
            streams: connections / 2,
            streams_per_client: (connections / 8).min(256),
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            body_pause: Duration::from_secs(10),
            body: Duration::from_secs(20),
            write_pause: Duration::from_secs(30),
            drain_body: Duration::from_secs(2),
        }
    }

    /// Raises the limit of files as far as the system lets this process, and gives the limits that go with it.
    #[must_use]
    pub fn of_this_process() -> Self {
        let files = rlimit::increase_nofile_limit(FILES).unwrap_or_else(|error| {
            tracing::warn!(%error, "the limit of open files cannot be raised");
            rlimit::Resource::NOFILE.get().map_or(1024, |(soft, _)| soft)
        });
        let limits = Self::of_files(files);
        tracing::info!(files, limits.connections, limits.streams, "limits of connections");
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_stay_below_the_limit_of_files_and_streams_below_that_of_connections() {
        for files in [64, 256, 1_024, 4_096, 32_768, 1_000_000] {
            let limits = ConnectionLimits::of_files(files);
            assert!((limits.connections as u64) < files, "{files}");
            assert!(limits.connections_per_client < limits.connections, "{files}");
            assert!(limits.streams < limits.connections, "{files}");
            assert!(
                limits.streams_per_client < limits.connections_per_client,
                "{files}"
            );
            assert!(limits.streams_per_client > 0, "{files}");
        }
    }
}
