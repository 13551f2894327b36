//! POST /api/users/signout

use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use web::{ApiError, Session};

use super::set_cookie;
use crate::Auth;

/// `{}`
#[derive(Serialize)]
struct Nothing {}

/// Whoever calls is signed out afterwards, so a call without a session is answered in the same way.
pub(super) async fn route(
    State(auth): State<Auth>,
    session: Option<Session>,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(session) = session {
        auth.sign_out(&session).await?;
    }
    let cookie = auth.sessions().cleared_cookie();
    Ok((set_cookie(&cookie), axum::Json(Nothing {})))
}
