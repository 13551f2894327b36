//! The forms of pages.

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use contracts::ErrorCode;

use crate::{body, is_utf8_encoded};

/// Reads the body of a form, as browsers send it, and checks that it is UTF-8. An empty form may come without a
/// content type.
///
/// # Errors
/// Another type, more than `limit` bytes, an incomplete body, text that is not UTF-8.
pub async fn read_form(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, ErrorCode> {
    let bytes = body::read(body, limit).await?;
    match headers.get(CONTENT_TYPE) {
        None if bytes.is_empty() => {}
        Some(value) if is_form(value.as_bytes()) => {}
        _ => return Err(ErrorCode::ContentTypeUnsupported),
    }
    if is_utf8_encoded(&bytes) {
        Ok(bytes)
    } else {
        Err(ErrorCode::BodyMalformed)
    }
}

fn is_form(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next();
    essence
        .unwrap_or_default()
        .trim_ascii()
        .eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    async fn read(content_type: Option<&'static str>, body: &'static [u8]) -> Result<Bytes, ErrorCode> {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        read_form(&headers, Body::from(body), 16).await
    }

    #[tokio::test]
    async fn form_must_be_urlencoded_utf8() {
        let form = Some("application/x-www-form-urlencoded");
        let with_charset = Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8");
        assert_eq!(read(form, b"a=%C3%B8").await.unwrap(), "a=%C3%B8");
        assert_eq!(read(with_charset, b"a=b").await.unwrap(), "a=b");
        assert_eq!(read(None, b"").await.unwrap(), "");
        assert_eq!(read(form, b"a=%F8").await, Err(ErrorCode::BodyMalformed));
        assert_eq!(read(form, b"a=\xf8").await, Err(ErrorCode::BodyMalformed));
        assert_eq!(read(form, &[b'a'; 17]).await, Err(ErrorCode::BodyTooLarge));
        for other in [None, Some("text/plain"), Some("multipart/form-data; boundary=x")] {
            assert_eq!(read(other, b"a=b").await, Err(ErrorCode::ContentTypeUnsupported));
        }
    }
}
