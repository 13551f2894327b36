//! Requests against a router, in process.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request};
use tower::ServiceExt;

use crate::{Reply, User};

/// A client of a router: at first a visitor, see [`Client::signed_in`].
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookie: Option<String>,
    key: Option<String>,
}

impl Client {
    /// A visitor.
    #[must_use]
    pub fn new(router: impl Into<Router>) -> Self {
        Self {
            router: router.into(),
            cookie: None,
            key: None,
        }
    }

    /// A client of the same router, signed in.
    #[must_use]
    pub fn signed_in(&self, user: &User) -> Self {
        self.with_cookie(&user.cookie)
    }

    /// A client of the same router with a `Cookie` header of this value.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self {
            cookie: Some(cookie.to_owned()),
            ..self.clone()
        }
    }

    /// Sends this `Idempotency-Key` with every request.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, "").await
    }

    /// Sends a POST request with JSON.
    pub async fn post(&self, path: &str, json: &str) -> Reply {
        self.send(Method::POST, path, Some("application/json"), json.to_owned())
            .await
    }

    /// Sends a PUT request with JSON.
    pub async fn put(&self, path: &str, json: &str) -> Reply {
        self.send(Method::PUT, path, Some("application/json"), json.to_owned())
            .await
    }

    /// Sends a DELETE request.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None, "").await
    }

    /// Sends any request.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(body.into()).unwrap();
        let Ok(response) = self.router.clone().oneshot(request).await;
        Reply::read(response).await
    }
}
