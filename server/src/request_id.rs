//! The id of a request: in its response, and in every log line of the request.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request};
use event_log::IdSource;
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::Span;

/// The header that carries it, in a request and in its response.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The maximum length of an id from outside. A UUID has 36 characters.
const MAX_LENGTH: usize = 64;

/// Generates the ids of requests that come without one.
#[derive(Clone)]
pub struct Ids(IdSource);

impl Ids {
    /// Uses ids of this source.
    #[must_use]
    pub fn new(source: IdSource) -> Self {
        Self(source)
    }
}

impl MakeRequestId for Ids {
    fn make_request_id<B>(&mut self, _request: &Request<B>) -> Option<RequestId> {
        let id = HeaderValue::try_from(self.0.next().to_string()).ok()?;
        Some(RequestId::new(id))
    }
}

/// Removes an invalid id: it would be written into every log line. A proxy in front may set one, and so may
/// any client, so an id shows which lines belong together and not who sent the request.
pub fn keep_if_sane<B>(mut request: Request<B>) -> Request<B> {
    if !is_sane(request.headers()) {
        request.headers_mut().remove(X_REQUEST_ID);
    }
    request
}

/// One value, of characters that need no quotes in a log.
fn is_sane(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(X_REQUEST_ID).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_LENGTH).contains(&value.len()) && value.as_bytes().iter().all(is_plain)
}

/// The span of a request, which contains every line of it. It exists at every log level, because a warning needs it most. The query
/// is omitted: it contains search terms, and the refusals of forms.
pub fn span(request: &Request<Body>) -> Span {
    let id = request.headers().get(X_REQUEST_ID);
    tracing::error_span!(
        "request",
        request.id = id.and_then(|id| id.to_str().ok()).unwrap_or_default(),
        http.method = %request.method(),
        http.path = request.uri().path(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(values: &[&str]) -> Option<String> {
        let mut request = Request::new(());
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().append(X_REQUEST_ID, value);
        }
        let id = keep_if_sane(request).headers().get(X_REQUEST_ID).cloned();
        id.map(|id| id.to_str().unwrap().to_owned())
    }

    #[test]
    fn external_id_is_one_word() {
        let longest = "x".repeat(MAX_LENGTH);
        for id in ["1", "01890a5d-ac96-774b-bcce-b302099a8057", "a_B.9-", &longest] {
            assert_eq!(kept(&[id]).as_deref(), Some(id));
        }
        let too_long = "x".repeat(MAX_LENGTH + 1);
        for id in ["", " ", "a b", "a\tb", "a\"b", "{}", "ünique", "a=b", &too_long] {
            assert_eq!(kept(&[id]), None, "{id}");
        }
        assert_eq!(kept(&["a", "a"]), None, "which of them is meant?");
        assert_eq!(kept(&[]), None);
    }
}
