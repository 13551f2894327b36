//! `/metrics`: what it says, what it never says, and where it is.

mod business;
mod documented;
mod exposition;
mod failing;
mod listener;
mod relays;
mod requests;

use exposition::Exposition;

use crate::support::TestServer;

/// One scrape of a server, which must be well formed.
async fn scrape(server: &TestServer) -> Exposition {
    Exposition::parse(&server.metrics.scrape().await.unwrap())
}
