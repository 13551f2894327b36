//! `/fn/…`: the targets of the pages' forms.
//!
//! The framework calls the function of the form. Its responses to a form that it cannot read, or to an unknown address,
//! are for developers: a help text, a redirect to whatever page the `Referer` names. Here such a form gets the response of any other
//! request that cannot be served: browsers get a page, scripts an error.

use std::sync::Arc;

use app::{Assets, ErrorPage};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, REFERER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use contracts::ErrorCode;
use leptos::prelude::Owner;
use leptos::server_fn::axum::get_server_fn_service;
use tower::ServiceExt;

use crate::response_format::ResponseFormat;

/// The largest body of a form, in bytes.
const LIMIT: usize = 16 * 1024;

/// The context of a form's response.
#[derive(Clone)]
pub struct Forms<C> {
    /// The context of server functions.
    pub context: C,
    /// The page of an unknown address.
    pub not_found: MethodRouter,
    /// Where the stylesheet of a page is.
    pub assets: Arc<Assets>,
}

/// Handles a form.
pub async fn answer<C>(State(forms): State<Forms<C>>, request: Request) -> Response
where
    C: Fn() + Clone + Send + Sync + 'static,
{
    let format = ResponseFormat::of(request.uri().path(), request.headers());
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return match format {
            ResponseFormat::FormPage => into_response(forms.not_found.oneshot(request).await),
            _ => format.answer(ErrorPage::Refused(ErrorCode::NotFound), &forms.assets),
        };
    }
    let (mut parts, body) = request.into_parts();
    let form = match web::read_form(&parts.headers, body, LIMIT).await {
        Ok(form) => form,
        Err(code) => return format.answer(ErrorPage::Refused(code), &forms.assets),
    };
    // Nothing is redirected because of it.
    parts.headers.remove(REFERER);
    let request = Request::from_parts(parts, Body::from(form));
    leave_other_request();
    let called = leptos_axum::handle_server_fns_with_context(forms.context, request).await;
    let mut response = called.into_response();
    if let Some(error_page) = error_page(response.status()) {
        if format == ResponseFormat::FormPage {
            return format.answer(error_page, &forms.assets);
        }
        keep_reply_only(response.headers_mut());
    }
    response
}

/// The reason why a form was not handled, by the status of the framework.
fn error_page(status: StatusCode) -> Option<ErrorPage> {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => Some(ErrorPage::Busy),
        _ if status.is_server_error() => Some(ErrorPage::Broken),
        _ if status.is_client_error() => Some(ErrorPage::Refused(ErrorCode::BodyMalformed)),
        _ => None,
    }
}

/// Removes the framework's headers for its own client.
fn keep_reply_only(headers: &mut HeaderMap<HeaderValue>) {
    headers.remove(LOCATION);
    headers.remove("serverfnerror");
}

fn into_response(answered: Result<Response, std::convert::Infallible>) -> Response {
    answered.unwrap_or_else(|never| match never {})
}

/// Leaves the reactive owner of whichever page this thread rendered last.
///
/// Leptos leaves it as the current one of the thread, and `Owner::new()`, which `handle_server_fns_with_context` calls,
/// makes a child of it: as long as that page is being rendered, what is not in the server function's own context would
/// be looked up in the context of another user's request.
fn leave_other_request() {
    if let Some(other) = Owner::current() {
        other.unset();
    }
}
