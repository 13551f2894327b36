//! Responses in place of a handler that times out or panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use app::{Assets, ErrorPage};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use contracts::ErrorCode;
use futures::FutureExt;

use crate::connections::BodyTimeout;
use crate::response_format::ResponseFormat;

/// The context of these responses.
#[derive(Clone)]
pub struct RequestGuard {
    /// How long a request may take, including waiting for its turn to read or write.
    pub limit: Duration,
    /// Where the stylesheet of a page is.
    pub assets: Arc<Assets>,
}

/// A middleware that limits the duration of a request and catches a panic of its handler. REST requests get the envelope, browsers
/// a page.
pub async fn answer(State(guard): State<RequestGuard>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let format = ResponseFormat::of(&path, request.headers());
    let body_timeout = request.extensions().get::<BodyTimeout>().cloned();
    // A panic leaves nothing half done: all writes are in transactions.
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    let error_page = match tokio::time::timeout(guard.limit, handled).await {
        // Whatever the handler did with half a body: the client did not send the rest.
        Ok(Ok(_)) if body_timeout.is_some_and(|body_timeout| body_timeout.timed_out()) => {
            ErrorPage::Refused(ErrorCode::BodyTooSlow)
        }
        Ok(Ok(response)) => return response,
        Ok(Err(_panic)) => {
            // Its message was logged where it happened.
            tracing::error!(http.path = path, "a request handler panicked");
            ErrorPage::Broken
        }
        Err(_) => {
            tracing::warn!(http.path = path, "a request timed out");
            ErrorPage::Busy
        }
    };
    format.answer(error_page, &guard.assets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::header::{ACCEPT, RETRY_AFTER};
    use axum::routing::any;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    async fn panics() -> &'static str {
        panic!("out of luck")
    }

    /// Requests a handler that times out or panics.
    async fn ask(path: &str, accept: &str) -> (u16, Option<String>, String) {
        let guard = RequestGuard {
            limit: Duration::ZERO,
            assets: Arc::new(Assets::named("")),
        };
        let app = Router::new()
            .route("/{place}/slow", any(std::future::pending::<&'static str>))
            .route("/{place}/broken", any(panics))
            .layer(middleware::from_fn_with_state(guard, answer));
        let request = Request::get(path)
            .header(ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        let response = app.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, retry_after, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn slow_request_is_told_to_retry() {
        let again = Some("1".to_owned());
        let envelope = r#"{"errors":[{"message":"The server is busy, try again in a moment"}]}"#;
        let refused = (503, again.clone(), envelope.to_owned());
        assert_eq!(ask("/api/slow", "*/*").await, refused);
        let busy = (503, again.clone(), "\"Busy\"".to_owned());
        assert_eq!(ask("/fn/slow", "application/json").await, busy);
        for path in ["/fn/slow", "/tickets/slow"] {
            let (status, retry_after, page) = ask(path, "text/html").await;
            assert_eq!((status, &retry_after), (503, &again), "{path}");
            assert!(page.contains("Ticketing is busy"), "{path}: {page}");
            // The address of a form cannot be loaded again.
            let is_form = path.starts_with("/fn/");
            assert_eq!(
                page.contains("Go back and send the form again"),
                is_form,
                "{path}"
            );
            assert_eq!(page.contains("tries again by itself"), !is_form, "{path}");
        }
    }

    #[tokio::test]
    async fn request_whose_handler_panics_is_answered() {
        let envelope = r#"{"errors":[{"message":"Something went wrong"}]}"#;
        assert_eq!(ask("/api/broken", "*/*").await, (500, None, envelope.to_owned()));
        let (status, retry_after, page) = ask("/tickets/broken", "text/html").await;
        assert_eq!((status, retry_after), (500, None));
        assert!(page.contains("Something went wrong"), "{page}");
    }
}
