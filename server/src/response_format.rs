//! The format of a response in place of a handler: REST requests get the envelope, our own scripts an error, browsers
//! a page.

use app::{Assets, ErrorPage};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, REFRESH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use contracts::ErrorCode;
use web::ApiError;

const HTML: &str = "text/html; charset=utf-8";

/// The format that a client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseFormat {
    /// The envelope of the REST API.
    Envelope,
    /// The error for a script that sent a form.
    Failure,
    /// A complete HTML document.
    Page,
    /// The same in response to a form: its address cannot be loaded again.
    FormPage,
}

impl ResponseFormat {
    /// The format for the sender of a request.
    #[must_use]
    pub fn of(path: &str, headers: &HeaderMap) -> Self {
        let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        match path.split('/').nth(1) {
            Some("api" | "livez" | "readyz") => Self::Envelope,
            Some("fn") if accept.is_some_and(|accept| accept.contains("text/html")) => Self::FormPage,
            Some("fn") => Self::Failure,
            _ => Self::Page,
        }
    }

    /// Responds with the trouble.
    #[must_use]
    pub fn answer(self, error_page: ErrorPage, assets: &Assets) -> Response {
        let (content_type, body) = match self {
            Self::Envelope => {
                let code = match error_page {
                    ErrorPage::Busy => ErrorCode::Busy,
                    ErrorPage::Broken => ErrorCode::Internal,
                    ErrorPage::Refused(code) => code,
                };
                return ApiError::from(code).into_response();
            }
            Self::Failure => ("application/json", error_page.failure()),
            Self::Page => (HTML, error_page.document(assets)),
            Self::FormPage => (HTML, error_page.form_document(assets)),
        };
        let mut response = (error_page.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if error_page == ErrorPage::Busy {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            if self == Self::Page {
                headers.insert(REFRESH, HeaderValue::from_static(app::REFRESH_AFTER));
            }
        }
        response
    }
}
