//! Bodies, read up to a limit.

use std::error::Error;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use contracts::ErrorCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::ApiError;

/// The largest body that is read, in bytes: 100 kB.
pub const BODY_LIMIT: usize = 100_000;

/// The largest raw body, in bytes. Webhooks of others can be larger than our own requests: a hundred kilobytes are
/// little for one about an order with many lines.
pub const RAW_BODY_LIMIT: usize = 1024 * 1024;

/// How much of a refused body is still read from the connection, in bytes. A client that sends everything before it reads
/// then gets the refusal instead of a broken connection.
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;

/// The bytes of a body, whatever they are: at most [`RAW_BODY_LIMIT`] of them, 413 otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        Ok(Self(read(request.into_body(), RAW_BODY_LIMIT).await?))
    }
}

/// Reads a body of at most that many bytes to its end, with or without a `Content-Length`.
pub(crate) async fn read(mut body: Body, limit: usize) -> Result<Bytes, ErrorCode> {
    // With a `Content-Length` the body is refused before any of it is read.
    if body.size_hint().lower() > limit as u64 {
        drain(body).await;
        return Err(ErrorCode::BodyTooLarge);
    }
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_too_large(error.as_ref()) => {
            drain(body).await;
            Err(ErrorCode::BodyTooLarge)
        }
        // The connection broke or the framing is wrong.
        Err(_) => Err(ErrorCode::BodyMalformed),
    }
}

/// Discards a bounded part of a body, one frame at a time.
pub(crate) async fn drain(mut body: Body) {
    if body.size_hint().lower() > DRAIN_LIMIT as u64 {
        return;
    }
    let mut left = DRAIN_LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else {
            return;
        };
        left = rest;
    }
}

/// A layer around the router may have its own limit, so the cause can lie deeper.
fn is_too_large(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
