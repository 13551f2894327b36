//! The cookie that carries the token.

use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::SessionConfig;

/// The name of the cookie.
pub const COOKIE_NAME: &str = "session";

/// Scripts cannot read it, pages of other sites cannot send it along with a post, and it is for every path.
pub(super) fn of_token(token: String, config: &SessionConfig) -> Cookie<'static> {
    let seconds = i64::try_from(config.idle.as_secs()).unwrap_or(i64::MAX);
    build(token, seconds, config)
}

/// Takes the cookie away from the browser.
pub(super) fn cleared(config: &SessionConfig) -> Cookie<'static> {
    build(String::new(), 0, config)
}

fn build(value: String, max_age_seconds: i64, config: &SessionConfig) -> Cookie<'static> {
    Cookie::build((COOKIE_NAME, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.is_secure)
        .max_age(time::Duration::seconds(max_age_seconds))
        .build()
}

pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(COOKIE_NAME).map(|cookie| cookie.value().to_owned())
}
