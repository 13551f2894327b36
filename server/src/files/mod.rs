//! The files of the site: read once, when the server starts, and served from memory.
//!
//! Each is kept in the codings that the build made of it, with its headers. They are served before anything that a page needs is
//! asked for: a file has neither a session nor a handler.

mod conditions;
mod file;
mod range;
mod read;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use percent_encoding::percent_decode_str;

use self::file::File;
pub use self::read::{UnreadableFile, read};

/// The files of the site by their paths. Clones share them.
#[derive(Clone, Default)]
pub struct Files(Arc<HashMap<String, File>>);

impl Files {
    /// These files, each with its path, as in `/pkg/ticketing.css`. A file that is named like another one with `.br` or `.gz` added
    /// is that one in a coding.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut contents: HashMap<String, Bytes> = files.into_iter().collect();
        let is_coded = |path: &str| {
            let base = path.strip_suffix(".br").or(path.strip_suffix(".gz"));
            base.is_some_and(|base| contents.contains_key(base))
        };
        let paths: Vec<String> = contents.keys().filter(|path| !is_coded(path)).cloned().collect();
        let files = paths.into_iter().filter_map(|path| {
            let (brotli, gzip) = (format!("{path}.br"), format!("{path}.gz"));
            let plain = contents.remove(&path)?;
            let file = File::new(&path, plain, contents.remove(&brotli), contents.remove(&gzip));
            Some((path, file))
        });
        Self(Arc::new(files.collect()))
    }

    /// The response with a file; `None` if this requests none.
    fn respond(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        Some(self.find(path)?.respond(method, headers))
    }

    fn find(&self, path: &str) -> Option<&File> {
        self.0.get(path).or_else(|| {
            let decoded = percent_decode_str(path).decode_utf8().ok()?;
            self.0.get(&*decoded)
        })
    }
}

/// A middleware that responds with a file if its path is requested.
pub async fn serve(State(files): State<Files>, request: Request, next: Next) -> Response {
    let found = files.respond(request.method(), request.uri().path(), request.headers());
    match found {
        Some(file) => file,
        None => next.run(request).await,
    }
}
