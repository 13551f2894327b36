//! Replaying a stored reply.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use contracts::Timestamp;
use contracts::views::UserView;
use event_log::StoredReply;

use super::reply::SessionChange;
use crate::Sessions;

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A stored reply cannot be read: it was not written by this program.
#[derive(Debug, thiserror::Error)]
#[error("a stored reply cannot be read: {0}")]
pub(super) struct Unreadable(String);

/// The stored reply, replayed.
pub(super) fn replay(stored: StoredReply, sessions: &Sessions) -> Result<Response<Body>, Unreadable> {
    let status = StatusCode::from_u16(stored.status).map_err(|error| Unreadable(error.to_string()))?;
    let cookie = match &stored.extra {
        Some(extra) => cookie(extra, &stored.body, sessions)?,
        None => None,
    };
    let mut response = Response::new(Body::from(stored.body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    if !status.is_success() {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(cookie) = cookie {
        headers.insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The cookie of a reply that begins or ends a session.
fn cookie(change: &str, body: &str, sessions: &Sessions) -> Result<Option<HeaderValue>, Unreadable> {
    let unreadable = |error: serde_json::Error| Unreadable(error.to_string());
    let cookie = match serde_json::from_str(change).map_err(unreadable)? {
        SessionChange::Ends => Some(sessions.cleared_cookie()),
        SessionChange::Begins {
            session_id,
            started_at_ms,
        } => {
            let user: UserView = serde_json::from_str(body).map_err(unreadable)?;
            sessions
                .reissue(&user, session_id, Timestamp::from_millis(started_at_ms))
                .map(|token| sessions.cookie(&token))
        }
    };
    cookie
        .map(|cookie| HeaderValue::try_from(cookie.to_string()))
        .transpose()
        .map_err(|error| Unreadable(error.to_string()))
}
