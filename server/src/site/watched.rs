//! The files of the site while `cargo leptos watch` rebuilds them: read whenever they are requested.
//!
//! Its first build puts a hash into the file names; rebuilt files have none. So while watched, pages reference them
//! without a hash, and get the newest file.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use leptos::config::{Env, LeptosOptions};
use tower_http::services::ServeDir;

const FILES: [(&str, &str); 3] = [
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("wasm", "application/wasm"),
];

/// Serves the stylesheet, the script and the WASM under their names without a hash, the newest of each, and the other files as they
/// are. When not watched, all that is served is the page of an unknown address.
pub fn files<S: Clone + Send + Sync + 'static>(
    options: &LeptosOptions,
    not_found: MethodRouter,
) -> Router<S> {
    if options.env != Env::DEV {
        return Router::new().fallback_service(not_found);
    }
    let others = ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(not_found);
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    FILES.into_iter().fold(
        Router::new().fallback_service(others),
        |router, (extension, kind)| {
            let (folder, name) = (folder.clone(), options.output_name.clone());
            let path = format!("/{}/{name}.{extension}", options.site_pkg_dir);
            router.route(
                &path,
                get(move || async move { serve(newest(&folder, &name, extension), kind).await }),
            )
        },
    )
}

async fn serve(path: Option<PathBuf>, kind: &'static str) -> Response {
    let Some(path) = path else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match tokio::fs::read(&path).await {
        Ok(bytes) => (
            [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")],
            bytes,
        )
            .into_response(),
        Err(error) => {
            // It is about to be rewritten, and then reloaded.
            tracing::warn!(path = %path.display(), %error, "a file of the site cannot be read");
            StatusCode::NOT_FOUND.into_response()
        }
    }
}

/// The newest file of that name, with or without a hash in it.
fn newest(folder: &Path, name: &str, extension: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let candidates = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_ours = is_named(&entry.file_name(), name, extension);
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        is_ours.then(|| (written.unwrap_or(SystemTime::UNIX_EPOCH), entry.path()))
    });
    candidates.max().map(|(_, path)| path)
}

/// `ticketing.css`, or `ticketing.3Fb….css`.
fn is_named(file: &OsStr, name: &str, extension: &str) -> bool {
    let parts: Vec<_> = file.to_str().unwrap_or_default().split('.').collect();
    matches!(parts.as_slice(), [first, .., last] if parts.len() <= 3 && *first == name && *last == extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::Duration;

    #[test]
    fn file_that_was_written_last_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, age: u64| {
            let file = fs::File::create(path(name)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(age))
                .unwrap();
        };
        assert_eq!(newest(folder.path(), "ticketing", "css"), None);
        write("ticketing.Abc_1.css", 100);
        write("ticketing.Abc_1.css.br", 300);
        write("other.css", 300);
        write("ticketing.js", 300);
        assert_eq!(
            newest(folder.path(), "ticketing", "css"),
            Some(path("ticketing.Abc_1.css"))
        );
        write("ticketing.css", 200);
        assert_eq!(
            newest(folder.path(), "ticketing", "css"),
            Some(path("ticketing.css"))
        );
        write("ticketing.Def-2.css", 250);
        assert_eq!(
            newest(folder.path(), "ticketing", "css"),
            Some(path("ticketing.Def-2.css"))
        );
    }
}
