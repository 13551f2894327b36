//! A file, and its responses.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::conditions::{self, Verdict};
use super::range::{self, Part};
use crate::content_coding::{AcceptedCodings, ContentCoding};

/// The length of the hash that the build puts into a name: 128 bits in base64.
const HASH_LENGTH: usize = 22;
/// The bytes of a hash that make an entity tag.
const TAG_LENGTH: usize = 16;

/// A file in its codings, the preferred one first and the identity last.
pub(super) struct File(Vec<Representation>);

/// A file in one coding. Each has its own entity tag, as the bytes differ.
struct Representation {
    coding: ContentCoding,
    bytes: Bytes,
    /// The headers of an unchanged response: the tag, and how caches use it.
    validators: HeaderMap,
    /// Those, and what describes the content.
    headers: HeaderMap,
}

impl File {
    /// A file as the build left it.
    pub(super) fn new(path: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let length = plain.len();
        let coded = [(ContentCoding::Brotli, brotli), (ContentCoding::Gzip, gzip)];
        let coded = coded
            .into_iter()
            .filter_map(|(coding, bytes)| Some((coding, bytes?)))
            // What is compressed already, as fonts are, only gets longer.
            .filter(|(_, bytes)| bytes.len() < length);
        let all = coded.chain([(ContentCoding::Identity, plain)]);
        Self(
            all.map(|(coding, bytes)| Representation::new(path, coding, bytes))
                .collect(),
        )
    }

    /// The response to a GET or HEAD for it.
    pub(super) fn respond(&self, method: &Method, headers: &HeaderMap) -> Response {
        let offered = self.0.iter().map(|each| (each.coding, each));
        match AcceptedCodings::of(headers).choose(offered) {
            Some(chosen) => chosen.respond(method, headers),
            None => Response::new(Body::empty()),
        }
    }
}

impl Representation {
    fn new(path: &str, coding: ContentCoding, bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes);
        let tag = URL_SAFE_NO_PAD.encode(&digest[..TAG_LENGTH]);
        let mut validators = HeaderMap::new();
        validators.insert(ETAG, value(&format!("\"{tag}\"")));
        validators.insert(VARY, HeaderValue::from_name(axum::http::header::ACCEPT_ENCODING));
        validators.insert(CACHE_CONTROL, HeaderValue::from_static(caching(path)));
        let mut headers = validators.clone();
        headers.insert(CONTENT_TYPE, content_type(path));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if coding != ContentCoding::Identity {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        }
        Self {
            coding,
            bytes,
            validators,
            headers,
        }
    }

    fn respond(&self, method: &Method, headers: &HeaderMap) -> Response {
        let tag = self
            .validators
            .get(ETAG)
            .map(HeaderValue::as_bytes)
            .unwrap_or_default();
        match conditions::check(headers, tag) {
            Verdict::Send => {}
            Verdict::Unchanged => {
                return with(StatusCode::NOT_MODIFIED, self.validators.clone(), Body::empty());
            }
            Verdict::Failed => {
                return with(StatusCode::PRECONDITION_FAILED, HeaderMap::new(), Body::empty());
            }
        }
        if *method == Method::HEAD {
            return with(StatusCode::OK, self.headers.clone(), Body::empty());
        }
        match range::requested(headers, tag, self.bytes.len()) {
            Part::Whole => with(StatusCode::OK, self.headers.clone(), self.bytes.clone().into()),
            Part::Range(range) => {
                let (first, last) = (range.start, range.end.saturating_sub(1));
                let mut headers = self.headers.clone();
                headers.insert(CONTENT_LENGTH, HeaderValue::from(range.len()));
                headers.insert(
                    CONTENT_RANGE,
                    value(&format!("bytes {first}-{last}/{}", self.bytes.len())),
                );
                with(
                    StatusCode::PARTIAL_CONTENT,
                    headers,
                    self.bytes.slice(range).into(),
                )
            }
            Part::Unsatisfiable => {
                let mut headers = HeaderMap::new();
                headers.insert(CONTENT_RANGE, value(&format!("bytes */{}", self.bytes.len())));
                with(StatusCode::RANGE_NOT_SATISFIABLE, headers, Body::empty())
            }
        }
    }
}

fn with(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A value of visible ASCII characters.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// A file with a hash of its content in its name never changes. Any other may be another one after the next release; the tag says
/// whether it is.
fn caching(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut parts = name.split('.');
    let (_stem, _extension) = (parts.next(), parts.next_back());
    let is_hash = |part: &str| {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        part.len() == HASH_LENGTH && part.bytes().all(is_base64)
    };
    if parts.any(is_hash) {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    }
}

fn content_type(path: &str) -> HeaderValue {
    let guessed = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if guessed.type_() == "text" {
        "; charset=utf-8"
    } else {
        ""
    };
    value(&format!("{}{charset}", guessed.essence_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        for name in [
            "ticketing.cjUeSTwOP2U1pOF1A_Fb_A.wasm",
            "ticketing.d.LVc99Q02NQRUCivKR-fH0w.ts",
        ] {
            assert!(caching(&format!("/pkg/{name}")).contains("immutable"), "{name}");
        }
        for path in [
            "/pkg/ticketing.css",
            "/page.js",
            "/fonts/archivo-5.3.0.woff2",
            "/cjUeSTwOP2U1pOF1A_Fb_A.css",
            "/pkg.cjUeSTwOP2U1pOF1A_Fb_A.x/ticketing.css",
        ] {
            assert_eq!(caching(path), "public, no-cache", "{path}");
        }
    }

    #[test]
    fn types_are_those_of_their_names() {
        for (path, expected) in [
            ("/pkg/a.css", "text/css; charset=utf-8"),
            ("/pkg/a.js", "text/javascript; charset=utf-8"),
            ("/pkg/a.wasm", "application/wasm"),
            ("/favicon.svg", "image/svg+xml"),
            ("/fonts/a.woff2", "font/woff2"),
            ("/fonts/LICENSE.txt", "text/plain; charset=utf-8"),
            ("/unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }

    #[test]
    fn coding_that_saves_nothing_is_not_kept() {
        let bytes = |length: usize| Bytes::from(vec![b'x'; length]);
        let file = File::new("/a.woff2", bytes(10), Some(bytes(10)), Some(bytes(9)));
        let codings: Vec<_> = file.0.iter().map(|each| each.coding).collect();
        assert_eq!(codings, [ContentCoding::Gzip, ContentCoding::Identity]);
    }
}
