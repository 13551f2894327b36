//! The layer around the routes that accept an `Idempotency-Key`.

use std::panic;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contracts::ErrorCode;
use tracing::Instrument;

use super::fingerprint::{self, RequestFingerprint, fingerprints};
use super::recorder::PendingReply;
use super::{Idempotency, Reply, key, replay};
use crate::{ApiError, BODY_LIMIT, body};

/// A middleware that executes a request with an `Idempotency-Key` once, and returns the same reply to every retry. For
/// `middleware::from_fn_with_state(idempotency, idempotent)`, as a `route_layer` of routes whose handlers take an
/// [`IdempotentRequest`](super::IdempotentRequest).
pub async fn idempotent(State(idempotency): State<Idempotency>, request: Request, next: Next) -> Response {
    match key::read(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => {
            let key = key.to_owned();
            let response = idempotency.respond(&key, request, next).await;
            response.unwrap_or_else(IntoResponse::into_response)
        }
        Err(malformed) => {
            body::drain(request.into_body()).await;
            ApiError::from(malformed).into_response()
        }
    }
}

impl Idempotency {
    async fn respond(self, key: &str, request: Request, next: Next) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let body = body::read(body, BODY_LIMIT).await?;
        let Some(caller) = self.caller(&parts.headers, &body) else {
            return Ok(next.run(Request::from_parts(parts, Body::from(body))).await);
        };
        let (fingerprint, former) = self.fingerprints(&caller, key, &parts, &body)?;
        // The request is registered before its reply is looked up: once it can be registered, whichever request had the key
        // before has committed.
        let running = self
            .in_flight
            .try_register(&fingerprint.key)
            .ok_or(ErrorCode::IdempotencyKeyInUse)?;
        for fingerprint in former.iter().chain([&fingerprint]) {
            if let Some(reply) = self.stored_reply(fingerprint).await? {
                return Ok(reply);
            }
        }
        // The request stays registered until its task ends, also if the connection breaks.
        let task = async move {
            let reply = self
                .run(fingerprint, Request::from_parts(parts, Body::from(body)), next)
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

    fn fingerprints(
        &self,
        caller: &str,
        key: &str,
        parts: &Parts,
        body: &Bytes,
    ) -> Result<(RequestFingerprint, Vec<RequestFingerprint>), ApiError> {
        let request = fingerprint::Request {
            caller,
            method: parts.method.as_str(),
            path: parts.uri.path(),
            key,
            body,
        };
        fingerprints(&self.sessions, &request).map_err(|error| ApiError::internal(&error))
    }

    /// The reply to a request that was executed before, `None` if it was not.
    async fn stored_reply(&self, fingerprint: &RequestFingerprint) -> Result<Option<Response>, ApiError> {
        let Some(stored) = self.db.stored_reply(&fingerprint.key).await? else {
            return Ok(None);
        };
        if stored.fingerprint != fingerprint.body {
            return Err(ErrorCode::IdempotencyKeyReused.into());
        }
        let reply = replay::replay(stored, &self.sessions).map_err(|error| ApiError::internal(&error))?;
        Ok(Some(reply))
    }

    async fn run(
        &self,
        fingerprint: RequestFingerprint,
        mut request: Request,
        next: Next,
    ) -> Result<Response, ApiError> {
        let pending = PendingReply::new(fingerprint.clone());
        request.extensions_mut().insert(pending.clone());
        let response = next.run(request).await;
        if response.status().is_server_error() || response.status() == StatusCode::CONFLICT {
            // Another process may have been first, in which case the constraint has refused the effect of this request.
            return Ok(self.stored_reply(&fingerprint).await?.unwrap_or(response));
        }
        if pending.is_recorded() || !self.records_refusals() || !is_final(response.status()) {
            return Ok(response);
        }
        self.record_refusal(pending, response).await
    }

    async fn record_refusal(&self, pending: PendingReply, response: Response) -> Result<Response, ApiError> {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|error| ApiError::internal(&error))?;
        let reply = Reply {
            status: parts.status,
            body: String::from_utf8_lossy(&body).into_owned(),
            session_change: None,
        };
        let fingerprint = pending.fingerprint().clone();
        let recorded = self
            .db
            .write(move |tx| Box::pin(async move { pending.record(tx, &reply).await }));
        match recorded.await {
            Ok(()) => Ok(Response::from_parts(parts, Body::from(body))),
            // Another process was first, and its reply is the reply.
            Err(error) if error.is_repeated_request() => {
                let reply = self.stored_reply(&fingerprint).await?;
                reply.ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a refusal would be the same next time. Refusals of the request itself are not final, because it can be corrected and
/// sent again, nor are temporary ones: what another service has just created arrives a moment later, and a rate limit ends.
fn is_final(status: StatusCode) -> bool {
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
