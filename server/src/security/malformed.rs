//! Malformed requests, from scanners and broken clients. They are refused before routing,
//! so that neither a route nor the framework has to expect an address without a path or a missing host.

use std::sync::Arc;

use app::{Assets, ErrorPage};
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderValue, Method, Version};
use axum::middleware::Next;
use axum::response::Response;
use contracts::ErrorCode;

use crate::response_format::ResponseFormat;

/// A middleware that refuses requests that violate RFC 9112. It logs at debug only:
/// a public server gets hundreds a day.
pub async fn refuse(State(assets): State<Arc<Assets>>, mut request: Request, next: Next) -> Response {
    match check(&mut request) {
        Ok(()) => next.run(request).await,
        Err(code) => {
            tracing::debug!(?code, "refused a malformed request");
            ResponseFormat::of(request.uri().path(), request.headers())
                .answer(ErrorPage::Refused(code), &assets)
        }
    }
}

/// Checks a request, and reduces its address to a path with a query, whichever form it came in.
fn check(request: &mut Request) -> Result<(), ErrorCode> {
    // This is not a proxy, whatever is to be connected to. The routes of the REST API define their own methods, as a 405 requires
    // (RFC 9110, 15.5.6).
    let is_traced = request.method() == Method::TRACE && !request.uri().path().starts_with("/api/");
    if request.method() == Method::CONNECT || is_traced {
        return Err(ErrorCode::MethodNotAllowed);
    }
    check_host(request)?;
    if request.uri().authority().is_some() || request.uri().scheme().is_some() {
        make_relative(request)?;
    }
    check_path(request.uri().path())?;
    match request.uri().query() {
        Some(query) if !web::is_utf8_encoded(query.as_bytes()) => Err(ErrorCode::QueryMalformed),
        _ => Ok(()),
    }
}

/// One host (RFC 9112, 3.2): without one, or with two, a proxy in front and we could mean different ones. Only HTTP/1.0 may omit
/// it.
fn check_host(request: &Request) -> Result<(), ErrorCode> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let is_well_formed = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => is_host(host.as_bytes()),
        (Some(_), Some(_)) => false,
    };
    if is_well_formed {
        Ok(())
    } else {
        Err(ErrorCode::RequestMalformed)
    }
}

/// A name or an address, and perhaps a port.
fn is_host(text: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(text) else {
        return false;
    };
    let text = authority.as_str();
    let port = text.strip_prefix(authority.host());
    let port = port.and_then(|port| port.strip_prefix(':').or(port.is_empty().then_some("")));
    !authority.host().is_empty() && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `GET http://host/path`, as to a proxy: a server has to accept it, and the host in it takes precedence (RFC 9112, 3.2.2).
fn make_relative(request: &mut Request) -> Result<(), ErrorCode> {
    let uri = request.uri();
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.authority().map(Authority::as_str).unwrap_or_default();
    let (Some(path), true) = (uri.path_and_query().cloned(), is_web && is_host(host.as_bytes())) else {
        return Err(ErrorCode::RequestMalformed);
    };
    let host = HeaderValue::from_str(host).map_err(|_| ErrorCode::RequestMalformed)?;
    request.headers_mut().insert(HOST, host);
    *request.uri_mut() = Uri::from(path);
    Ok(())
}

fn check_path(path: &str) -> Result<(), ErrorCode> {
    // A path that begins with two slashes resolves to an address on another host, in a browser and in the framework.
    if path.starts_with("//") {
        return Err(ErrorCode::NotFound);
    }
    // A browser takes a backslash for a slash. The asterisk of `OPTIONS *` is not one of our paths.
    let is_path = path.starts_with('/') && !path.contains('\\');
    if is_path && has_whole_escapes(path.as_bytes()) && web::is_utf8_encoded(path.as_bytes()) {
        Ok(())
    } else {
        Err(ErrorCode::RequestMalformed)
    }
}

/// Whether each `%` is followed by two hexadecimal digits.
fn has_whole_escapes(path: &[u8]) -> bool {
    let mut escapes = path.split(|byte| *byte == b'%').skip(1);
    escapes.all(|rest| rest.len() >= 2 && rest.iter().take(2).all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn checked(method: &str, uri: &str, hosts: &[&str]) -> Result<(String, String), ErrorCode> {
        let mut request = Request::builder().method(method).uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let mut request = request.body(Body::empty()).unwrap();
        check(&mut request)?;
        let host = request.headers()[HOST].to_str().unwrap().to_owned();
        Ok((host, request.uri().to_string()))
    }

    #[test]
    fn paths_are_served_in_both_forms() {
        for (uri, host, expected) in [
            ("/", "a.example", ("a.example", "/")),
            (
                "/tickets/x?q=caf%C3%A9&r=100%",
                "a.example:80",
                ("a.example:80", "/tickets/x?q=caf%C3%A9&r=100%"),
            ),
            ("/a//b", "[::1]:3000", ("[::1]:3000", "/a//b")),
            (
                "http://b.example:3000/x?y",
                "a.example",
                ("b.example:3000", "/x?y"),
            ),
            ("https://b.example", "a.example", ("b.example", "/")),
        ] {
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert_eq!(checked("GET", uri, &[host]), Ok(expected), "{uri}");
        }
    }

    #[test]
    fn malformed_requests_are_refused() {
        use ErrorCode::{MethodNotAllowed, NotFound, QueryMalformed, RequestMalformed};
        let host = &["a.example"][..];
        for (method, uri, hosts, expected) in [
            ("CONNECT", "evil.example:443", host, MethodNotAllowed),
            ("TRACE", "/", host, MethodNotAllowed),
            ("GET", "evil.example:443", host, RequestMalformed),
            ("OPTIONS", "*", host, RequestMalformed),
            ("GET", "ftp://a.example/", host, RequestMalformed),
            ("GET", "http://me@a.example/", host, RequestMalformed),
            ("GET", "http://a.example//fonts", host, NotFound),
            ("GET", "//fonts", host, NotFound),
            ("GET", "/\\fonts", host, RequestMalformed),
            ("GET", "/%", host, RequestMalformed),
            ("GET", "/a%2", host, RequestMalformed),
            ("GET", "/a%zz/b", host, RequestMalformed),
            ("GET", "/caf%E9", host, RequestMalformed),
            ("GET", "/?q=caf%E9", host, QueryMalformed),
            ("GET", "/", &[], RequestMalformed),
            ("GET", "/", &["a.example", "a.example"], RequestMalformed),
            ("GET", "/", &[""], RequestMalformed),
            ("GET", "/", &[":80"], RequestMalformed),
            ("GET", "/", &["a.example/x"], RequestMalformed),
            ("GET", "/", &["me@a.example"], RequestMalformed),
            ("GET", "/", &["a.example:http"], RequestMalformed),
        ] {
            assert_eq!(
                checked(method, uri, hosts),
                Err(expected),
                "{method} {uri} {hosts:?}"
            );
        }
    }
}
