//! The limits in front of sign-up and sign-in: per client, and per account and client.

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use web::{ApiError, ClientAddress, RawBody, is_json};

use super::body;
use crate::error::AuthError;
use crate::operations::Auth;

/// The address of the client, if the request came over the network.
pub(super) type Client = Option<Extension<ClientAddress>>;

/// Marks a refusal because of a wrong password.
#[derive(Clone, Copy)]
struct WrongPassword;

/// Counts the attempt of a client, before anything of the request is read.
pub(super) async fn admit(
    State(auth): State<Auth>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    auth.admit(client.map(|Extension(client)| client))?;
    Ok(next.run(request).await)
}

/// Throttles a request that tries a password. It also wraps replayed replies: a replay reveals that the password is
/// right.
pub(super) async fn attempt(
    State(auth): State<Auth>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    // A body that is not JSON is refused before its password is read.
    if !is_json(request.headers()) {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let RawBody(bytes) = RawBody::from_request(Request::new(body), &()).await?;
    let credentials = body::credentials(&bytes);
    let request = Request::from_parts(parts, Body::from(bytes));
    let Some((email, _)) = credentials else {
        return Ok(next.run(request).await);
    };
    let attempt = auth
        .attempt(&email, client.map(|Extension(client)| client))
        .await?;
    let response = next.run(request).await;
    if response.status().is_success() {
        attempt.succeeded();
    } else if response.extensions().get::<WrongPassword>().is_none() {
        attempt.not_made();
    }
    Ok(response)
}

/// Throttles a sign-up, where only a replay reveals anything about a password. A new account does not wait.
pub(super) async fn attempt_again(
    state: State<Auth>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if request.headers().contains_key("idempotency-key") {
        attempt(state, client, request, next).await
    } else {
        Ok(next.run(request).await)
    }
}

/// The refusal of a sign-in or a sign-up.
pub(super) fn refused(error: AuthError) -> Response {
    let is_wrong = matches!(error, AuthError::InvalidCredentials | AuthError::EmailInUse);
    let mut response = ApiError::from(error).into_response();
    if is_wrong {
        response.extensions_mut().insert(WrongPassword);
    }
    response
}
