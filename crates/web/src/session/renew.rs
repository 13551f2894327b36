//! Sessions that are used live on.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::{COOKIE_NAME, Sessions};

/// A middleware that sends a fresh cookie along when the token of a request is past a quarter of its life, so that a
/// session ends only after a time without use. For `middleware::from_fn_with_state(sessions, renew)`.
pub async fn renew(State(sessions): State<Sessions>, request: Request, next: Next) -> Response {
    let session = sessions.from_headers(request.headers());
    let mut response = next.run(request).await;
    let Some(session) = session else { return response };
    if sets_session(response.headers()) || is_shared(response.headers()) {
        return response;
    }
    let cookie = sessions
        .renew_if_old(&session)
        .map(|token| sessions.cookie(token).to_string());
    if let Some(Ok(value)) = cookie.map(HeaderValue::try_from) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// The handler signed somebody in or out: its word stands.
fn sets_session(headers: &HeaderMap) -> bool {
    let prefix = format!("{COOKIE_NAME}=");
    headers
        .get_all(SET_COOKIE)
        .iter()
        .any(|value| value.as_bytes().starts_with(prefix.as_bytes()))
}

/// A response that caches may keep for everybody must not carry one person's cookie.
fn is_shared(headers: &HeaderMap) -> bool {
    let control = headers
        .get(CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    control.contains("public") || control.contains("immutable")
}
