//! Renewal of sessions in use.

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::Cookie;

use super::cookie::{COOKIE_NAME, SECURE_COOKIE_NAME};
use super::{Session, SessionToken, Sessions};

/// A middleware that sends a fresh cookie when the token of a request is past a quarter of its lifetime, so that a
/// session ends only after a time without use. A token under the cookie's former name moves to the current one.
/// For `middleware::from_fn_with_state(sessions, renew)`.
pub async fn renew(State(sessions): State<Sessions>, request: Request, next: Next) -> Response {
    let session = sessions.from_headers(request.headers());
    let is_former = sessions.has_former_cookie(request.headers());
    let mut response = next.run(request).await;
    if is_shared(response.headers()) {
        return response;
    }
    // A cookie set by the handler, for a sign-in or sign-out, takes precedence.
    if let Some(session) = session.filter(|_| !sets_session(response.headers())) {
        let token = fresh_token(&sessions, &session, is_former);
        let cookie = token.map(|token| sessions.cookie(&token));
        append(response.headers_mut(), cookie.as_ref());
    }
    if is_former {
        append(response.headers_mut(), Some(&sessions.cleared_former_cookie()));
    }
    response
}

fn fresh_token(sessions: &Sessions, session: &Session, is_former: bool) -> Option<SessionToken> {
    if is_former {
        sessions.renew(session)
    } else {
        sessions.renew_if_old(session)
    }
}

fn append(headers: &mut HeaderMap, cookie: Option<&Cookie<'_>>) {
    let value = cookie.map(|cookie| HeaderValue::try_from(cookie.to_string()));
    if let Some(Ok(value)) = value {
        headers.append(SET_COOKIE, value);
    }
}

fn sets_session(headers: &HeaderMap) -> bool {
    headers.get_all(SET_COOKIE).iter().any(|value| {
        let mut parts = value.as_bytes().split(|byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        [COOKIE_NAME, SECURE_COOKIE_NAME]
            .map(str::as_bytes)
            .contains(&name)
    })
}

/// A publicly cacheable response must not carry a session cookie.
fn is_shared(headers: &HeaderMap) -> bool {
    let control = headers
        .get(CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    control.contains("public") || control.contains("immutable")
}
