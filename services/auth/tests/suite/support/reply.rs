//! A response as tests see it.

use std::fmt;

use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }

    /// The token in the session cookie.
    pub(crate) fn token(&self) -> Option<String> {
        let mut cookies = self.cookies().into_iter();
        let token = cookies
            .find_map(|cookie| cookie.strip_prefix("ticketing-session="))?
            .split(';')
            .next()?;
        if token.is_empty() {
            None
        } else {
            Some(token.to_owned())
        }
    }
}

/// Status, the headers that the contract is about, body; for snapshots, so a token is not shown but only that there is one.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for name in [ALLOW, CACHE_CONTROL, RETRY_AFTER] {
            for value in self.headers.get_all(&name) {
                writeln!(f, "{name}: {}", value.to_str().unwrap())?;
            }
        }
        let token = self.token();
        for cookie in self.cookies() {
            let shown = token
                .as_ref()
                .map_or(cookie.to_owned(), |token| cookie.replace(token, "<token>"));
            writeln!(f, "set-cookie: {shown}")?;
        }
        f.write_str(&self.body)
    }
}
