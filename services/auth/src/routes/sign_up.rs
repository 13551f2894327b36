//! POST /api/users/signup

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contracts::ErrorCode;
use contracts::views::UserView;
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{IdempotentRequest, Json};

use super::body::{Credentials, NewAccount};
use super::limits::refused;
use super::{session_reply, set_cookie};
use crate::operations::{Auth, SignedIn};

/// Errors of a sign-up.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[
        ErrorCode::TooManyAttempts,
        ErrorCode::EmailInvalid,
        ErrorCode::PasswordLength,
        ErrorCode::PasswordCommon,
        ErrorCode::EmailInUse,
    ]];
}

/// Sign up
///
/// Creates an account and starts a session.
#[utoipa::path(
    post,
    path = "/api/users/signup",
    operation_id = "signUp",
    tag = "Accounts",
    security(()),
    params(IdempotencyKey),
    request_body(content = NewAccount, example = json!({"email": "ada@example.com", "password": "correct horse battery"})),
    responses(
        (status = 201, body = UserView, description = "The account, and its session.",
            headers(("Set-Cookie" = String, description = "The session.")), example = json!(example::seller())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn route(
    State(auth): State<Auth>,
    request: IdempotentRequest,
    Json(body): Json<Credentials>,
) -> Result<impl IntoResponse, Response> {
    let recorder = request.recorder(|session| session_reply(StatusCode::CREATED, session));
    let SignedIn { user, token } = auth
        .create_account(body.into(), recorder)
        .await
        .map_err(refused)?;
    let cookie = auth.sessions().cookie(&token);
    Ok((StatusCode::CREATED, set_cookie(&cookie), axum::Json(user)))
}
