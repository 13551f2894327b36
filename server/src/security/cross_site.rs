//! Cross-site request forgery: a request that changes something is refused when a page of another site sent it.
//!
//! The session cookie is `SameSite=Lax`, which already keeps it from cross-site posts; this check does not depend on
//! it. Modern browsers send the origin of a request in `Sec-Fetch-Site`, older ones in `Origin`; a client that sends neither is
//! not a browser, and carries only cookies that it was given on purpose.

use std::sync::Arc;

use app::{Assets, ErrorPage};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use contracts::ErrorCode;
use url::Url;

use crate::config::WebOrigin;
use crate::response_format::ResponseFormat;

/// The site that requests are compared with, and the format of a refusal.
pub struct Guard {
    /// The origin under which browsers see the site; `None` if the host of a request is trusted.
    pub public_origin: Option<WebOrigin>,
    /// Where the stylesheet of a page is.
    pub assets: Arc<Assets>,
}

/// Refuses unsafe methods from other sites.
pub async fn refuse(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_from_this_site(request.headers(), guard.public_origin.as_ref()) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    tracing::info!(http.path = path, "refused a cross-site request");
    ResponseFormat::of(path, request.headers())
        .answer(ErrorPage::Refused(ErrorCode::CrossSite), &guard.assets)
}

fn is_from_this_site(headers: &HeaderMap, public_origin: Option<&WebOrigin>) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    match public_origin {
        Some(public_origin) => origin == public_origin.as_str(),
        None => {
            let host = text(header::HOST).unwrap_or_default();
            is_origin_of_host(origin, host)
        }
    }
}

/// Whether an origin is that of a host. A proxy may name the default port in the host; browsers leave it out of the origin.
fn is_origin_of_host(origin: &str, host: &str) -> bool {
    let (Ok(origin), false) = (Url::parse(origin), host.contains(['/', '@', '?', '#', '\\'])) else {
        return false;
    };
    let of_host = Url::parse(&format!("{}://{host}", origin.scheme()));
    of_host.is_ok_and(|of_host| origin.origin().is_tuple() && of_host.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(headers: &[(&'static str, &'static str)], public_origin: Option<&str>) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (
                header::HeaderName::from_static(name),
                header::HeaderValue::from_static(value),
            )
        });
        let public_origin = public_origin.map(|text| WebOrigin::parse(text).unwrap());
        is_from_this_site(&headers.collect(), public_origin.as_ref())
    }

    #[test]
    fn browsers_are_believed_about_where_a_request_comes_from() {
        assert!(is_accepted(&[("sec-fetch-site", "same-origin")], None));
        assert!(is_accepted(&[("sec-fetch-site", "none")], None));
        assert!(!is_accepted(&[("sec-fetch-site", "cross-site")], None));
        assert!(!is_accepted(&[("sec-fetch-site", "same-site")], None));
        assert!(!is_accepted(&[("sec-fetch-site", "nonsense")], None));
    }

    #[test]
    fn older_browsers_are_checked_by_origin() {
        let host = ("host", "tickets.example.com");
        assert!(is_accepted(
            &[host, ("origin", "https://tickets.example.com")],
            None
        ));
        assert!(!is_accepted(&[host, ("origin", "https://evil.example")], None));
        assert!(!is_accepted(
            &[host, ("origin", "https://tickets.example.com.evil.example")],
            None
        ));
        assert!(!is_accepted(&[host, ("origin", "null")], None));
        assert!(!is_accepted(&[("host", ""), ("origin", "https://")], None));
        // As nginx names it with `proxy_set_header Host $host:$server_port`.
        assert!(is_accepted(
            &[
                ("host", "tickets.example.com:80"),
                ("origin", "http://tickets.example.com")
            ],
            None
        ));
        assert!(!is_accepted(
            &[
                ("host", "tickets.example.com:80"),
                ("origin", "https://tickets.example.com")
            ],
            None
        ));
        assert!(!is_accepted(
            &[
                ("host", "evil.example@tickets.example.com"),
                ("origin", "https://tickets.example.com")
            ],
            None
        ));
        let public = Some("https://tickets.example.com");
        assert!(is_accepted(
            &[("host", "inner:3000"), ("origin", "https://tickets.example.com")],
            public
        ));
        assert!(!is_accepted(
            &[host, ("origin", "http://tickets.example.com")],
            public
        ));
    }

    #[test]
    fn requests_without_browser_headers_are_accepted() {
        assert!(is_accepted(&[("host", "tickets.example.com")], None));
    }
}
