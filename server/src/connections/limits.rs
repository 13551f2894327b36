//! Connection limits.

use std::time::Duration;

/// The open-file limit that a process requests, mostly for sockets.
const FILES: u64 = 32_768;
/// How many of its files are not for connections: databases, their logs, files of the site, calls of a provider.
const OTHER_FILES: u64 = 256;
/// Files per connection: its socket, and a file of the site that is sent on it.
const FILES_PER_CONNECTION: u64 = 2;
/// The fewest files that a server starts with.
const LEAST_FILES: u64 = 512;

/// How many connections there may be, and the time limits of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections in total.
    pub connections: usize,
    /// Connections per client. A thousand users behind one address have enough; a single machine cannot take all of them.
    pub connections_per_client: usize,
    /// Streams on `/live` in total: fewer than connections, so that pages are always served.
    pub streams: usize,
    /// Streams on `/live` per client.
    pub streams_per_client: usize,
    /// From the start of a connection, or from the first byte of a request, until its head is complete.
    pub head: Duration,
    /// Between a response and the first byte of the next request. Longer than the 60 seconds for which proxies commonly keep a connection,
    /// so that the proxy closes it, and never while it is sending a request.
    pub idle: Duration,
    /// From one part of a body until the next.
    pub body_pause: Duration,
    /// From the head of a request until the end of its body. Less than the request timeout, so that a slow client gets a proper response.
    pub body: Duration,
    /// For how long a client may accept none of the data sent to it.
    pub write_pause: Duration,
    /// For how long a body may still arrive once the server is stopping.
    pub drain_body: Duration,
    /// For how long a client may still read slowly once the server is stopping.
    pub drain_write: Duration,
}

/// A process with so low an open-file limit cannot serve any client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the open-file limit is {files}, but at least {LEAST_FILES} is required. Raise it, for example with `ulimit -n 4096`, or \
     LimitNOFILE=4096 in the systemd unit"
)]
pub struct TooFewFiles {
    files: u64,
}

impl ConnectionLimits {
    /// The limits of a process with this open-file limit.
    #[must_use]
    pub fn of_files(files: u64) -> Self {
        let connections = (files.saturating_sub(OTHER_FILES) / FILES_PER_CONNECTION).max(1);
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
            drain_write: Duration::from_secs(2),
        }
    }

    /// Raises the open-file limit as far as the system allows, and returns the limits that follow from it.
    ///
    /// # Errors
    /// When there are too few files for any connections.
    pub fn of_this_process() -> Result<Self, TooFewFiles> {
        let files = rlimit::increase_nofile_limit(FILES).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot raise the open-file limit");
            rlimit::Resource::NOFILE.get().map_or(1024, |(soft, _)| soft)
        });
        if files < LEAST_FILES {
            return Err(TooFewFiles { files });
        }
        let limits = Self::of_files(files);
        tracing::info!(files, limits.connections, limits.streams, "connection limits");
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_stay_below_the_limit_of_files_and_streams_below_that_of_connections() {
        for files in [LEAST_FILES, 1_024, 4_096, 32_768, 1_000_000] {
            let limits = ConnectionLimits::of_files(files);
            let of_connections = limits.connections as u64 * FILES_PER_CONNECTION;
            assert!(of_connections + OTHER_FILES <= files, "{files}");
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
