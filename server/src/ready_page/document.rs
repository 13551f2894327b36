//! A rendered page, in pieces: what all responses have in common, and where they differ.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::gzip::{GzipBody, Segment};
use crate::content_coding::{AcceptedCodings, ContentCoding};

/// What stands for the values of a response while the page is rendered: random texts, which occur nowhere else in it.
pub(super) struct Placeholders<'p> {
    /// For the nonce of the scripts.
    pub(super) nonce: &'p str,
    /// For the position at which the live feed starts.
    pub(super) position: &'p str,
}

/// A page that was rendered with placeholders.
pub(super) struct Document {
    headers: HeaderMap,
    pieces: Vec<Piece>,
    length: usize,
}

enum Piece {
    Text(Segment),
    Nonce,
    Position,
}

impl Document {
    /// Cuts a page at its placeholders. A page that sets a cookie is for one visitor, and is not kept.
    pub(super) fn new(headers: &HeaderMap, html: &str, placeholders: &Placeholders<'_>) -> Option<Self> {
        if headers.contains_key(SET_COOKIE) {
            return None;
        }
        let mut kept = HeaderMap::new();
        for name in [CONTENT_TYPE, CACHE_CONTROL] {
            if let Some(value) = headers.get(&name) {
                kept.insert(name, value.clone());
            }
        }
        kept.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
        Some(Self {
            headers: kept,
            pieces: cut(html, placeholders)?,
            length: html.len(),
        })
    }

    /// The coding for the sender of a request with these headers.
    pub(super) fn coding(headers: &HeaderMap) -> ContentCoding {
        let offered = [ContentCoding::Gzip, ContentCoding::Identity].map(|coding| (coding, coding));
        let chosen = AcceptedCodings::of(headers).choose(offered);
        chosen.unwrap_or(ContentCoding::Identity)
    }

    /// The response with these values.
    pub(super) fn respond(&self, coding: ContentCoding, nonce: &str, position: &str) -> Response {
        let is_gzip = coding == ContentCoding::Gzip;
        let body = if is_gzip {
            Body::from(self.in_gzip(nonce, position))
        } else {
            Body::from(self.text(nonce, position))
        };
        let mut response = Response::new(body);
        response.headers_mut().clone_from(&self.headers);
        if is_gzip {
            let name = HeaderValue::from_static(ContentCoding::Gzip.name());
            response.headers_mut().insert(CONTENT_ENCODING, name);
        }
        response
    }

    fn text(&self, nonce: &str, position: &str) -> String {
        let mut text = String::with_capacity(self.length + position.len());
        for piece in &self.pieces {
            text.push_str(match piece {
                Piece::Text(segment) => segment.text(),
                Piece::Nonce => nonce,
                Piece::Position => position,
            });
        }
        text
    }

    fn in_gzip(&self, nonce: &str, position: &str) -> Vec<u8> {
        let mut body = GzipBody::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(segment) => body.append(segment),
                Piece::Nonce => body.append_stored(nonce),
                Piece::Position => body.append_stored(position),
            }
        }
        body.finish()
    }
}

fn cut(html: &str, placeholders: &Placeholders<'_>) -> Option<Vec<Piece>> {
    let Placeholders { nonce, position } = placeholders;
    let mut pieces = Vec::new();
    let mut rest = html;
    loop {
        let next = [(*nonce, Piece::Nonce), (*position, Piece::Position)]
            .into_iter()
            .filter_map(|(text, piece)| Some((rest.find(text)?, text.len(), piece)))
            .min_by_key(|(start, _, _)| *start);
        let Some((start, length, piece)) = next else { break };
        pieces.push(Piece::Text(Segment::new(rest.get(..start)?)?));
        pieces.push(piece);
        rest = rest.get(start + length..)?;
    }
    pieces.push(Piece::Text(Segment::new(rest)?));
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use flate2::read::GzDecoder;

    const HTML: &str =
        "<p nonce=\"NNNN\">é</p><i data-a='PPPP' data-b='PPPP'></i><script nonce=\"NNNN\"></script>";

    fn document(headers: &HeaderMap) -> Option<Document> {
        let placeholders = Placeholders {
            nonce: "NNNN",
            position: "PPPP",
        };
        Document::new(headers, HTML, &placeholders)
    }

    #[test]
    fn values_of_a_response_replace_the_placeholders_in_both_codings() {
        let document = document(&HeaderMap::new()).unwrap();
        for (nonce, position) in [
            ("abc", "1.2.3.4"),
            ("a-much-longer-nonce", "10.20.30.1767225600000"),
        ] {
            let expected = HTML.replace("NNNN", nonce).replace("PPPP", position);
            assert_eq!(document.text(nonce, position), expected);
            let mut unpacked = String::new();
            let packed = document.in_gzip(nonce, position);
            GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, expected);
        }
    }

    #[test]
    fn page_that_sets_a_cookie_is_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(SET_COOKIE, HeaderValue::from_static("a=b"));
        assert!(document(&headers).is_none());
    }
}
