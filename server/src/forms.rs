//! `/fn/…`: where the forms of pages are sent.
//!
//! The framework calls the function of the form. What it does with a form that it cannot read, or with an address that it does not
//! know, is for developers: a text of help, a redirect to whatever page the `Referer` names. Here such a form is answered as any other
//! request is that cannot be served: people get a page, scripts a failure.

use std::sync::Arc;

use app::Trouble;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, REFERER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use contracts::ErrorCode;
use leptos::config::LeptosOptions;
use leptos::prelude::Owner;
use leptos::server_fn::axum::get_server_fn_service;
use tower::ServiceExt;

use crate::wants::Wants;

/// The largest body of a form, in bytes.
const LIMIT: usize = 16 * 1024;

/// What a form is answered with.
#[derive(Clone)]
pub struct Forms<C> {
    /// What server functions find in their context.
    pub context: C,
    /// The page of an unknown address.
    pub not_found: MethodRouter,
    /// Where the stylesheet of a page is.
    pub options: Arc<LeptosOptions>,
}

/// Answers a form.
pub async fn answer<C>(State(forms): State<Forms<C>>, request: Request) -> Response
where
    C: Fn() + Clone + Send + Sync + 'static,
{
    let wants = Wants::of(request.uri().path(), request.headers());
    if get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return match wants {
            Wants::Page => into_response(forms.not_found.oneshot(request).await),
            _ => wants.answer(Trouble::Refused(ErrorCode::NotFound), &forms.options),
        };
    }
    let (mut parts, body) = request.into_parts();
    let form = match web::read_form(&parts.headers, body, LIMIT).await {
        Ok(form) => form,
        Err(code) => return wants.answer(Trouble::Refused(code), &forms.options),
    };
    // Nothing is to lead anywhere because of it.
    parts.headers.remove(REFERER);
    let request = Request::from_parts(parts, Body::from(form));
    leave_other_request();
    let called = leptos_axum::handle_server_fns_with_context(forms.context, request).await;
    let mut response = called.into_response();
    if let Some(trouble) = trouble(response.status()) {
        if wants == Wants::Page {
            return wants.answer(trouble, &forms.options);
        }
        keep_reply_only(response.headers_mut());
    }
    response
}

/// What kept a form from its answer, by the status that the framework gives.
fn trouble(status: StatusCode) -> Option<Trouble> {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => Some(Trouble::Busy),
        _ if status.is_server_error() => Some(Trouble::Broken),
        _ if status.is_client_error() => Some(Trouble::Refused(ErrorCode::BodyMalformed)),
        _ => None,
    }
}

/// Takes off what the framework says to its own client.
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
/// be looked for in the context of somebody else's request.
fn leave_other_request() {
    if let Some(other) = Owner::current() {
        other.unset();
    }
}
