//! The response to the current request: status, redirects, cookies.

use axum_extra::extract::cookie::Cookie;
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos_axum::ResponseOptions;

use contracts::ErrorCode;

use crate::outcome::Failure;
use crate::{context, paths};

/// Whether the browser submitted the form without JavaScript and expects a page. A script requests JSON.
pub(crate) fn wants_html() -> bool {
    let accepts_html = context::with_request(|parts| {
        let accept = parts.headers.get(header::ACCEPT)?.to_str().ok()?;
        Some(accept.contains("text/html"))
    });
    accepts_html.unwrap_or_default()
}

/// Redirects the browser to another path of the site, with 303.
pub(crate) fn see_other(path: &str) {
    // A path that is not a valid header value is not one of our pages.
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static(paths::ON_SALE));
    with_response(|response| {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    });
}

/// Sets the status of a page.
pub(crate) fn status(status: StatusCode) {
    with_response(|response| response.set_status(status));
}

/// Sets the HTTP status of a failure.
pub(crate) fn failed(failure: Failure) {
    match failure {
        Failure::Refused(code) => status(web::status_of(code)),
        Failure::Busy => busy(),
        Failure::Internal => status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    /// Only the framework makes errors this way, and on a server only for requests that it cannot read.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let failure = match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::Request(_) => Self::Refused(ErrorCode::BodyMalformed),
            _ => Self::Internal,
        };
        failed(failure);
        failure
    }
}

/// Responds 503 with `Retry-After`.
pub(crate) fn busy() {
    status(StatusCode::SERVICE_UNAVAILABLE);
    header(header::RETRY_AFTER, "1");
}

/// Sets a header, once.
pub(crate) fn header(name: HeaderName, value: &'static str) {
    with_response(|response| response.insert_header(name, HeaderValue::from_static(value)));
}

/// Sets a cookie.
pub(crate) fn cookie(cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        with_response(|response| response.append_header(header::SET_COOKIE, value));
    }
}

/// There is no response while the list of routes is generated.
fn with_response(set: impl FnOnce(ResponseOptions)) {
    if let Some(response) = use_context::<ResponseOptions>() {
        set(response);
    }
}
