//! What is measured of connections.

use service::metrics::{Counter, Gauge, Registry};

/// How many connections there are, and how many were refused. Clones share their values.
#[derive(Debug, Clone, Default)]
pub struct ConnectionMetrics {
    open: Gauge,
    refused: Counter,
}

/// Counts a connection as open until it is dropped.
pub(super) struct Open(Gauge);

impl ConnectionMetrics {
    /// Makes them part of what is scraped.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("connections_open", "Connections that are open", self.open.clone());
        registry.register(
            "connections_refused",
            "Connections that were refused because the limit was reached",
            self.refused.clone(),
        );
    }

    pub(super) fn open(&self) -> Open {
        self.open.inc();
        Open(self.open.clone())
    }

    pub(super) fn refused(&self) {
        self.refused.inc();
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}
