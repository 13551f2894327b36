//! Sessions as arguments of handlers.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use super::{Session, Sessions};
use crate::ApiError;

impl<S: Send + Sync> FromRequestParts<S> for Session
where
    Sessions: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Sessions::from_ref(state)
            .from_headers(&parts.headers)
            .ok_or_else(ApiError::not_authorized)
    }
}

/// A missing, broken, expired or ended session counts as anonymous.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Session
where
    Sessions: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(Sessions::from_ref(state).from_headers(&parts.headers))
    }
}
