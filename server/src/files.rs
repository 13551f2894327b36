//! The files of the site, in the compressions made by the build.

use std::io;
use std::sync::Arc;

use app::ErrorPage;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, VARY};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use axum::routing::MethodRouter;
use leptos::config::LeptosOptions;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::response_format::ResponseFormat;

/// The files, and the response if a file does not exist.
///
/// `leptos_axum::file_and_error_handler` is not used: it looks for headers of its response in the context of whichever
/// request the thread rendered last, and so took a cookie or a `Cache-Control` from one response and put it on another.
#[derive(Clone)]
pub struct Files {
    folder: ServeDir,
    not_found: MethodRouter,
    options: Arc<LeptosOptions>,
}

impl Files {
    /// The files of the site.
    #[must_use]
    pub fn new(options: Arc<LeptosOptions>, not_found: MethodRouter) -> Self {
        // A directory is neither served nor redirected to.
        let folder = ServeDir::new(&*options.site_root)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Self {
            folder,
            not_found,
            options,
        }
    }
}

/// Responds with a file. If it does not exist, with the page of an unknown address, whatever the method.
pub async fn answer(State(files): State<Files>, request: Request) -> Response {
    let found = match asked(&request) {
        Some(asked) => find(files.folder, asked).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(file)) => file,
        Ok(None) => {
            let answered = files.not_found.oneshot(request).await;
            answered.unwrap_or_else(|never| match never {})
        }
        Err(error) => {
            let path = request.uri().path();
            tracing::error!(
                path,
                error = &error as &dyn std::error::Error,
                "a file of the site cannot be read"
            );
            ResponseFormat::of(path, request.headers()).answer(ErrorPage::Broken, &files.options)
        }
    }
}

/// The request for a file, without the body that the page of an unknown address may need.
fn asked(request: &Request) -> Option<Request> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let mut asked = Request::new(Body::empty());
    request.method().clone_into(asked.method_mut());
    request.uri().clone_into(asked.uri_mut());
    request.headers().clone_into(asked.headers_mut());
    Some(asked)
}

async fn find(mut folder: ServeDir, asked: Request) -> io::Result<Option<Response>> {
    let response = match folder.try_call(asked).await {
        Ok(response) => response,
        // A name longer than any file's is the name of no file.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => return Ok(None),
        Err(error) => return Err(error),
    };
    if response.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let mut response = response.map(Body::new);
    // The bytes depend on what the client accepts, whether they are sent now (200), in part (206) or are unchanged (304):
    // a cache that did not know would send Brotli to a client that cannot read it.
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    Ok(Some(response))
}
