//! Query strings.

use axum::extract::{self, FromRequestParts};
use axum::http::Uri;
use axum::http::request::Parts;
use contracts::ErrorCode;
use serde::de::DeserializeOwned;

use crate::{ApiError, is_utf8_encoded};

/// The parameters of the query string; those that `T` does not have are ignored, and those without a value count as
/// absent: a form with empty fields sends `?q=&limit=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let text = parts.uri.query().unwrap_or_default();
        if !is_utf8_encoded(text.as_bytes()) {
            return Err(ErrorCode::QueryMalformed.into());
        }
        let uri = Uri::builder()
            .path_and_query(format!("/?{}", with_values(text)))
            .build();
        let read = uri.ok().and_then(|uri| extract::Query::try_from_uri(&uri).ok());
        match read {
            Some(extract::Query(parameters)) => Ok(Self(parameters)),
            None => Err(ErrorCode::QueryMalformed.into()),
        }
    }
}

/// The pairs of a query string that have a value.
fn with_values(query: &str) -> String {
    let has_value = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty());
    let pairs: Vec<&str> = query.split('&').filter(has_value).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Paging {
        limit: Option<u32>,
    }

    #[tokio::test]
    async fn malformed_query_is_refused() {
        let table = [
            ("/", Some(None)),
            ("/?limit=5&other=x", Some(Some(5))),
            ("/?limit=", Some(None)),
            ("/?limit", Some(None)),
            ("/?&limit=&&other=", Some(None)),
            ("/?limit=&limit=5", Some(Some(5))),
            ("/?limit=%20", None),
            ("/?limit=x", None),
            ("/?limit=-1", None),
            ("/?limit=99999999999", None),
            ("/?limit=1&limit=2", None),
            ("/?limit=5&other=%C3%B8", Some(Some(5))),
            ("/?limit=5&other=%F8", None),
        ];
        for (uri, expected) in table {
            let (mut parts, ()) = Request::get(uri).body(()).unwrap().into_parts();
            let read = Query::<Paging>::from_request_parts(&mut parts, &()).await;
            match expected {
                Some(limit) => assert_eq!(read.unwrap().0, Paging { limit }, "{uri}"),
                None => assert_eq!(
                    read.unwrap_err(),
                    ApiError::from(ErrorCode::QueryMalformed),
                    "{uri}"
                ),
            }
        }
    }
}
