//! The layer around the routes whose requests may be sent again.

use std::panic;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contracts::ErrorCode;
use event_log::DatabaseError;
use tracing::Instrument;

use super::keep::Keeping;
use super::mark::{self, Mark};
use super::{Idempotency, Reply, key, replay};
use crate::{ApiError, BODY_LIMIT, body};

/// A middleware that carries out a request with an `Idempotency-Key` once, and answers it as often as it is sent. For
/// `middleware::from_fn_with_state(idempotency, idempotent)`, as a `route_layer` of the routes whose handlers take a
/// [`KeyedRequest`](super::KeyedRequest).
pub async fn idempotent(State(idempotency): State<Idempotency>, request: Request, next: Next) -> Response {
    match key::read(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => {
            let key = key.to_owned();
            let answer = idempotency.answer(&key, request, next).await;
            answer.unwrap_or_else(IntoResponse::into_response)
        }
        Err(malformed) => {
            body::drain(request.into_body()).await;
            ApiError::from(malformed).into_response()
        }
    }
}

impl Idempotency {
    async fn answer(self, key: &str, request: Request, next: Next) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let body = body::read(body, BODY_LIMIT).await?;
        let Some(who) = self.who(&parts.headers, &body) else {
            return Ok(next.run(Request::from_parts(parts, Body::from(body))).await);
        };
        let (mark, former) = self.marks(&who, key, &parts, &body)?;
        // The mark comes before the question for a reply: when it can be had, whoever had it has committed.
        let running = self
            .in_flight
            .begin(&mark.name)
            .ok_or(ErrorCode::IdempotencyKeyInUse)?;
        for mark in former.iter().chain([&mark]) {
            if let Some(reply) = self.reply_to(mark).await? {
                return Ok(reply);
            }
        }
        // The mark ends with the task and not with the connection.
        let task = async move {
            let reply = self
                .run(mark, Request::from_parts(parts, Body::from(body)), next)
                .await;
            drop(running);
            reply
        };
        match tokio::spawn(task.in_current_span()).await {
            Ok(reply) => reply,
            Err(stopped) => match stopped.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                // The runtime is shutting down.
                Err(_) => Err(ErrorCode::Busy.into()),
            },
        }
    }

    fn marks(
        &self,
        who: &str,
        key: &str,
        parts: &Parts,
        body: &Bytes,
    ) -> Result<(Mark, Vec<Mark>), ApiError> {
        let request = mark::Request {
            who,
            method: parts.method.as_str(),
            path: parts.uri.path(),
            key,
            body,
        };
        mark::marks(&self.sessions, &request).map_err(|error| ApiError::internal(&error))
    }

    /// The answer to a request that was carried out before, `None` if it was not.
    async fn reply_to(&self, mark: &Mark) -> Result<Option<Response>, ApiError> {
        let Some(kept) = self.db.kept_reply(&mark.name).await.map_err(failed)? else {
            return Ok(None);
        };
        if kept.fingerprint != mark.fingerprint {
            return Err(ErrorCode::IdempotencyKeyReused.into());
        }
        let reply = replay::replay(kept, &self.sessions).map_err(|error| ApiError::internal(&error))?;
        Ok(Some(reply))
    }

    async fn run(&self, mark: Mark, mut request: Request, next: Next) -> Result<Response, ApiError> {
        let keeping = Keeping::new(mark.clone());
        request.extensions_mut().insert(keeping.clone());
        let response = next.run(request).await;
        if response.status().is_server_error() {
            // Another process may have been first, in which case the constraint has refused the effect of this request.
            return Ok(self.reply_to(&mark).await?.unwrap_or(response));
        }
        if keeping.is_kept() || !self.keeps_refusals() || !is_worth_keeping(response.status()) {
            return Ok(response);
        }
        self.keep_refusal(keeping, response).await
    }

    async fn keep_refusal(&self, keeping: Keeping, response: Response) -> Result<Response, ApiError> {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|error| ApiError::internal(&error))?;
        let reply = Reply {
            status: parts.status,
            body: String::from_utf8_lossy(&body).into_owned(),
            cookie: None,
        };
        let mark = keeping.mark().clone();
        let kept = self
            .db
            .write(move |tx| Box::pin(async move { keeping.keep(tx, &reply).await }));
        match kept.await {
            Ok(()) => Ok(Response::from_parts(parts, Body::from(body))),
            // Another process was first, and what it replied is the reply.
            Err(error) if error.is_unique_violation() => {
                let reply = self.reply_to(&mark).await?;
                reply.ok_or_else(|| failed(error))
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// Refusals of what was asked for; not those of the request itself, which can be put right and sent again, nor those that
/// pass by themselves: what another service has just made arrives a moment later, and a limit ends.
fn is_worth_keeping(status: StatusCode) -> bool {
    status.is_client_error()
        && !matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::NOT_FOUND
                | StatusCode::CONFLICT
                | StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::UNSUPPORTED_MEDIA_TYPE
                | StatusCode::UNPROCESSABLE_ENTITY
                | StatusCode::TOO_MANY_REQUESTS
        )
}

/// Nothing was done, or it is not known: trying again with the same key is safe.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where an error is mapped, which hands it over"
)]
fn failed(error: DatabaseError) -> ApiError {
    let refusal = error.is_transient().then(|| ErrorCode::Busy.into());
    ApiError::of(&error, refusal)
}
