//! POST /api/users/signout

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use web::{ApiError, KeyedRequest, Reply, Session};

use super::set_cookie;
use crate::Auth;

/// `{}`
#[derive(Serialize)]
struct Nothing {}

/// Whoever calls is signed out afterwards, so a call without a session is answered in the same way. It has no effect, and
/// its reply is not kept.
pub(super) async fn route(
    State(auth): State<Auth>,
    session: Option<Session>,
    request: KeyedRequest,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(session) = session {
        let keep = request.keep(|()| Ok(Reply::json(StatusCode::OK, &Nothing {})?.ending_session()));
        auth.sign_out_keeping(&session, keep).await?;
    }
    let cookie = auth.sessions().cleared_cookie();
    Ok((set_cookie(&cookie), axum::Json(Nothing {})))
}
