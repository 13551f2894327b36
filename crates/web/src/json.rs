//! JSON bodies.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use contracts::ErrorCode;
use serde::de::DeserializeOwned;

use crate::{ApiError, BODY_LIMIT, body};

/// A JSON body of the shape `T`, which is always an object: fields that `T` does not know are ignored, a field given
/// twice is refused.
///
/// The refusals, in this order: another content type 415, more than [`crate::BODY_LIMIT`] 413, no JSON or another
/// shape 400. Nesting is limited by the parser, so no body can exhaust the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let body = request.into_body();
        if !is_json {
            body::drain(body).await;
            return Err(ErrorCode::ContentTypeUnsupported.into());
        }
        let bytes = body::read(body, BODY_LIMIT).await?;
        parse(&bytes).map(Self)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // A struct would also be read from an array of its fields; the documented shape is an object.
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    if !is_object {
        return Err(ErrorCode::BodyMalformed.into());
    }
    // The parser accepts any bytes in an ignored field.
    let text = str::from_utf8(bytes).map_err(|_| ErrorCode::BodyMalformed)?;
    serde_json::from_str(text).map_err(|_| ErrorCode::BodyMalformed.into())
}

/// Whether the content type is `application/json` or `application/…+json`, with any parameters: JSON is always UTF-8.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let Some(subtype) = essence.strip_prefix("application/") else {
        return false;
    };
    subtype == "json" || subtype.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RawField;
    use axum::body::{Body, Bytes};
    use futures::stream;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Form {
        title: RawField,
    }

    async fn read(content_type: Option<&str>, body: impl Into<Body>) -> Result<String, u16> {
        let mut request = Request::post("/");
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(body.into()).unwrap();
        let form = Json::<Form>::from_request(request, &()).await;
        form.map(|Json(form)| form.title.text())
            .map_err(|error| error.status().as_u16())
    }

    async fn read_json(body: impl Into<Body>) -> Result<String, u16> {
        read(Some("application/json"), body).await
    }

    #[tokio::test]
    async fn only_json_is_accepted() {
        let body = r#"{"title":"a"}"#;
        for content_type in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/merge-patch+json",
        ] {
            assert_eq!(
                read(Some(content_type), body).await,
                Ok("a".to_owned()),
                "{content_type}"
            );
        }
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "json",
            "application/jsonp",
            "",
            ";",
        ] {
            assert_eq!(read(Some(content_type), body).await, Err(415), "{content_type}");
        }
        assert_eq!(read(None, body).await, Err(415));
    }

    #[tokio::test]
    async fn body_must_be_a_json_object() {
        let deep_array = format!(r#"{{"title":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        let deep_object = r#"{"title":"#.repeat(10_000);
        let unclosed = "[".repeat(90_000);
        let table = [
            "",
            " ",
            "null",
            "1",
            "\"title\"",
            "[]",
            r#"["a"]"#,
            "{",
            "{\"title\"}",
            "{'title':'a'}",
            r#"{"title":"a"}}"#,
            r#"{"title":"a","title":"b"}"#,
            "{\"title\":\"a\u{1}\"}",
            "\u{feff}{}",
            "NaN",
            &deep_object,
            &unclosed,
        ];
        for text in table {
            assert_eq!(
                read_json(text.to_owned()).await,
                Err(400),
                "{}",
                &text[..text.len().min(40)]
            );
        }
        assert_eq!(read_json(b"{\"title\":\"\xff\"}".to_vec()).await, Err(400));
        let in_another_field = b"{\"title\":\"a\",\"other\":\"\xff\"}".to_vec();
        assert_eq!(read_json(in_another_field).await, Err(400));
        // Deep but well formed, in a field: it has the wrong type, which the field's rule reports.
        assert_eq!(read_json(deep_array).await, Ok(String::new()));
    }

    #[tokio::test]
    async fn body_of_exactly_the_limit_is_accepted() {
        let of_length = |length: usize| format!(r#"{{"title":"{}"}}"#, "a".repeat(length - 12));
        assert_eq!(of_length(BODY_LIMIT).len(), BODY_LIMIT);
        assert!(read_json(of_length(BODY_LIMIT)).await.is_ok());
        assert_eq!(read_json(of_length(BODY_LIMIT + 1)).await, Err(413));
        assert_eq!(read_json(of_length(10_000_000)).await, Err(413));
    }

    #[tokio::test]
    async fn body_limit_applies_without_content_length() {
        let chunked = |chunks: usize| {
            let chunk = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1_000]));
            Body::from_stream(stream::iter((0..chunks).map(move |_| chunk())))
        };
        assert_eq!(
            read_json(chunked(100)).await,
            Err(400),
            "100 kB of white space are read and hold no JSON"
        );
        assert_eq!(read_json(chunked(101)).await, Err(413));
        assert_eq!(read_json(chunked(100_000)).await, Err(413));
    }

    #[tokio::test]
    async fn broken_connection_is_a_client_error() {
        let chunks = [
            Ok(Bytes::from_static(b"{\"title\":")),
            Err(std::io::Error::other("reset")),
        ];
        assert_eq!(read_json(Body::from_stream(stream::iter(chunks))).await, Err(400));
    }
}
