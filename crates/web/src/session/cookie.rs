//! The cookie that carries the token.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::{SessionConfig, SessionToken};
use crate::cookies;

/// The name of the cookie over plain http. It is specific to this program: many programs call theirs `session`, and the
/// cookies of one host are shared by all programs on it, whatever their port.
pub const COOKIE_NAME: &str = "ticketing-session";

/// The name of the cookie over https. A browser takes a cookie with this prefix from the very host only, over https, and for
/// every path, so that no other host of the domain can plant one.
pub const SECURE_COOKIE_NAME: &str = "__Host-ticketing-session";

/// The former name of the cookie. It is still read, so that an upgrade signs no one out; it is never set.
pub const FORMER_COOKIE_NAME: &str = "session";

/// The name under which this configuration sets the cookie.
pub(super) fn name(config: &SessionConfig) -> &'static str {
    if config.is_secure {
        SECURE_COOKIE_NAME
    } else {
        COOKIE_NAME
    }
}

/// Scripts cannot read it, pages of other sites cannot send it along with a post, and it is for every path.
pub(super) fn of_token(token: &SessionToken, config: &SessionConfig) -> Cookie<'static> {
    let seconds = i64::try_from(config.idle.as_secs()).unwrap_or(i64::MAX);
    build(name(config), token.expose().to_owned(), seconds, config)
}

/// Removes the cookie from the browser.
pub(super) fn cleared(config: &SessionConfig) -> Cookie<'static> {
    build(name(config), String::new(), 0, config)
}

/// Removes the cookie of the former name from the browser.
pub(super) fn former_cleared(config: &SessionConfig) -> Cookie<'static> {
    build(FORMER_COOKIE_NAME, String::new(), 0, config)
}

fn build(name: &'static str, value: String, max_age_seconds: i64, config: &SessionConfig) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.is_secure)
        .max_age(time::Duration::seconds(max_age_seconds))
        .build()
}

/// The possible tokens of a request, in order of precedence: those under the current name, then those under the former one.
pub(super) fn tokens<'h>(headers: &'h HeaderMap, config: &SessionConfig) -> impl Iterator<Item = &'h str> {
    cookies::values(headers, name(config)).chain(former_tokens(headers))
}

/// The possible tokens under the former name.
pub(super) fn former_tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    cookies::values(headers, FORMER_COOKIE_NAME)
}
