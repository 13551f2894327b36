//! Query strings.

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use contracts::ErrorCode;
use serde::de::DeserializeOwned;

use crate::{ApiError, is_utf8_encoded};

/// The parameters of the query string; those that `T` does not know are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let is_text = is_utf8_encoded(parts.uri.query().unwrap_or_default().as_bytes());
        if !is_text {
            return Err(ErrorCode::QueryMalformed.into());
        }
        match extract::Query::try_from_uri(&parts.uri) {
            Ok(extract::Query(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(ErrorCode::QueryMalformed.into()),
        }
    }
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
    async fn what_cannot_be_read_is_refused() {
        let table = [
            ("/", Some(None)),
            ("/?limit=5&other=x", Some(Some(5))),
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
