//! The origin of a request: determined once, for all limits per client.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use tower::util::MapRequestLayer;
use web::{ClientAddress, TrustedProxies};

/// A layer that writes the [`ClientAddress`] of each request into its extensions, where routes and server functions find it. A
/// request that did not come over the network has none.
#[must_use]
pub fn identify(
    trusted: TrustedProxies,
) -> MapRequestLayer<impl Fn(Request) -> Request + Clone + Send + Sync + 'static> {
    MapRequestLayer::new(move |mut request: Request| {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        if let Some(ConnectInfo(peer)) = peer {
            let client = ClientAddress::of_request(peer.ip(), request.headers(), &trusted);
            request.extensions_mut().insert(client);
        }
        request
    })
}
