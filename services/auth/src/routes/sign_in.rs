//! POST /api/users/signin

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use web::{Json, KeyedRequest};

use super::body::Credentials;
use super::limits::refused;
use super::{begins_session, set_cookie};
use crate::{Auth, SignedIn};

pub(super) async fn route(
    State(auth): State<Auth>,
    request: KeyedRequest,
    Json(body): Json<Credentials>,
) -> Result<impl IntoResponse, Response> {
    let keep = request.keep(|begun| begins_session(StatusCode::OK, begun));
    let SignedIn { user, token } = auth.sign_in_keeping(body.into(), keep).await.map_err(refused)?;
    let cookie = auth.sessions().cookie(token);
    Ok((set_cookie(&cookie), axum::Json(user)))
}
