//! The idempotency of a request as an argument of its handler.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contracts::UserId;

use super::recorder::PendingReply;
use super::{Caller, Reply, ReplyRecorder};

/// A request that has passed the [`idempotent`](super::idempotent) layer, with or without a key.
pub struct IdempotentRequest(Option<PendingReply>);

impl IdempotentRequest {
    /// Records the reply to this request, if it has a key. `render` makes the reply from the operation's result.
    #[must_use]
    pub fn recorder<T>(
        self,
        render: impl Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync + 'static,
    ) -> ReplyRecorder<T> {
        self.0
            .map_or_else(ReplyRecorder::none, |request| ReplyRecorder::new(request, render))
    }

    /// The signed-in user as the caller of an operation whose reply is recorded, see [`IdempotentRequest::recorder`].
    #[must_use]
    pub fn caller<T>(
        self,
        user: UserId,
        render: impl Fn(&T) -> Result<Reply, serde_json::Error> + Send + Sync + 'static,
    ) -> Caller<T> {
        Caller {
            user,
            recorder: self.recorder(render),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotentRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<PendingReply>().cloned()))
    }
}
