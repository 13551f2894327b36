//! POST /api/users/signin

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contracts::ErrorCode;
use contracts::views::UserView;
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{IdempotentRequest, Json};

use super::body::{Credentials, SignIn};
use super::limits::refused;
use super::{session_reply, set_cookie};
use crate::operations::{Auth, SignedIn};

/// Errors of a sign-in.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[
        ErrorCode::TooManyAttempts,
        ErrorCode::EmailInvalid,
        ErrorCode::PasswordMissing,
        ErrorCode::InvalidCredentials,
    ]];
}

/// Sign in
///
/// Starts a session. An unknown address and a wrong password are refused alike.
#[utoipa::path(
    post,
    path = "/api/users/signin",
    operation_id = "signIn",
    tag = "Accounts",
    security(()),
    params(IdempotencyKey),
    request_body(content = SignIn, example = json!({"email": "ada@example.com", "password": "correct horse battery"})),
    responses(
        (status = 200, body = UserView, description = "The account, and its session.",
            headers(("Set-Cookie" = String, description = "The session.")), example = json!(example::seller())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn route(
    State(auth): State<Auth>,
    request: IdempotentRequest,
    Json(body): Json<Credentials>,
) -> Result<impl IntoResponse, Response> {
    let recorder = request.recorder(|session| session_reply(StatusCode::OK, session));
    let SignedIn { user, token } = auth
        .verify_and_begin(body.into(), recorder)
        .await
        .map_err(refused)?;
    let cookie = auth.sessions().cookie(&token);
    Ok((set_cookie(&cookie), axum::Json(user)))
}
