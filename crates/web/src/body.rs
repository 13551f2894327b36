//! Bodies, read up to a limit.

use std::error::Error;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use contracts::ErrorCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::ApiError;

/// The largest body that is read, in bytes: 100 kB.
pub const BODY_LIMIT: usize = 100_000;

/// The largest body that is read as it is, in bytes. The messages of others are as large as they like: a hundred kilobytes are
/// not much for one about an order with many lines.
pub const RAW_BODY_LIMIT: usize = 1024 * 1024;

/// How much of a refused body is still taken from the wire, in bytes. A client that sends first and listens afterwards
/// then reads the refusal instead of a broken connection.
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

/// Reads a body of at most that many bytes to its end, whether or not its length was announced.
pub(crate) async fn read(mut body: Body, limit: usize) -> Result<Bytes, ErrorCode> {
    // A length that was announced refuses the body before any of it is kept.
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
        // The connection broke or the framing is wrong: there is no body to speak of.
        Err(_) => Err(ErrorCode::BodyMalformed),
    }
}

/// Throws a bounded part of a body away, one frame at a time.
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
