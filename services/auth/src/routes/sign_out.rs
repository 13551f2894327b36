//! POST /api/users/signout

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use web::{ApiError, KeyedRequest, Reply};

use super::set_cookie;
use crate::Auth;

/// `{}`
#[derive(Serialize)]
struct Nothing {}

/// Whoever calls is signed out afterwards, so a call without a session is answered in the same way. It has no effect, and
/// its reply is not kept. A token that does not count now, for its time, ends its session all the same.
pub(super) async fn route(
    State(auth): State<Auth>,
    headers: HeaderMap,
    request: KeyedRequest,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(session) = auth.sessions().to_be_ended(&headers) {
        let keep = request.keep(|()| Ok(Reply::json(StatusCode::OK, &Nothing {})?.ending_session()));
        auth.sign_out_keeping(&session, keep).await?;
    }
    let cookie = auth.sessions().cleared_cookie();
    Ok((set_cookie(&cookie), axum::Json(Nothing {})))
}
