//! POST /api/users/signout

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use web::{ApiError, IdempotentRequest, Reply, ReplyRecorder};

use super::set_cookie;
use crate::Auth;

/// `{}`
#[derive(Serialize)]
struct Nothing {}

/// The caller is signed out afterwards, so a call without a session gets the same reply. It has no effect, and
/// its reply is not recorded. A token that has expired ends its session all the same.
pub(super) async fn route(
    State(auth): State<Auth>,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> Result<impl IntoResponse, ApiError> {
    let mut sessions = auth.sessions().to_be_ended(&headers).into_iter();
    if let Some(session) = sessions.next() {
        let recorder = request.recorder(|()| Ok(Reply::json(StatusCode::OK, &Nothing {})?.ending_session()));
        auth.sign_out(&session, recorder).await?;
    }
    for other in sessions {
        auth.sign_out(&other, ReplyRecorder::none()).await?;
    }
    let cookie = auth.sessions().cleared_cookie();
    Ok((set_cookie(&cookie), axum::Json(Nothing {})))
}
