//! POST /api/users/signout

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::IdempotencyKey;
use web::{ApiError, IdempotentRequest, Reply, ReplyRecorder};

use super::set_cookie;
use crate::Auth;

/// `{}`
#[derive(Serialize, ToSchema)]
#[schema(as = SignedOut)]
struct Nothing {}

/// Sign out
///
/// Ends the session, including for copies of its cookie. A request without a session gets the same response.
#[utoipa::path(
    post,
    path = "/api/users/signout",
    operation_id = "signOut",
    tag = "Accounts",
    security((), ("session" = [])),
    params(IdempotencyKey),
    responses(
        (status = 200, body = Nothing, description = "Signed out.",
            headers(("Set-Cookie" = String, description = "Clears the session cookie.")), example = json!({})),
    ),
)]
pub(super) async fn route(
    State(auth): State<Auth>,
    headers: HeaderMap,
    request: IdempotentRequest,
) -> Result<impl IntoResponse, ApiError> {
    // A token that is not valid at this time still ends its session. Without a token nothing happens and nothing is recorded.
    let mut sessions = auth.sessions().sessions_to_end(&headers).into_iter();
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
