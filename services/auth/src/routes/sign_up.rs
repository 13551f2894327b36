//! POST /api/users/signup

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use web::{IdempotentRequest, Json};

use super::body::Credentials;
use super::limits::refused;
use super::{session_reply, set_cookie};
use crate::{Auth, SignedIn};

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
    let cookie = auth.sessions().cookie(token);
    Ok((StatusCode::CREATED, set_cookie(&cookie), axum::Json(user)))
}
