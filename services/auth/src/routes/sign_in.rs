//! POST /api/users/signin

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
    let recorder = request.recorder(|session| session_reply(StatusCode::OK, session));
    let SignedIn { user, token } = auth
        .verify_and_begin(body.into(), recorder)
        .await
        .map_err(refused)?;
    let cookie = auth.sessions().cookie(token);
    Ok((set_cookie(&cookie), axum::Json(user)))
}
