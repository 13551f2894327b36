//! The key of a request as an argument of its handler.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::keep::Keeping;
use super::{Keep, Reply};

/// A request around which [`idempotent`](super::idempotent) is laid, with a key or without.
pub struct KeyedRequest(Option<Keeping>);

impl KeyedRequest {
    /// How to keep the reply to this request: `render` makes it from what the operation gives.
    #[must_use]
    pub fn keep<T>(
        self,
        render: impl Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync + 'static,
    ) -> Keep<T> {
        self.0
            .map_or_else(Keep::nothing, |request| Keep::of(request, render))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KeyedRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Keeping>().cloned()))
    }
}
