//! Requests to the router, without a network.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, HOST};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The longest body that is read.
const BODY_LIMIT: usize = 10_000_000;

/// The encoding of a response that is accepted.
#[derive(Clone, Copy)]
pub(crate) enum Encoding {
    /// None, so that rendering is counted and not compressing.
    None,
    /// Brotli, in which the files of the site are stored.
    Brotli,
}

/// Somebody who uses the marketplace.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    cookie: Option<String>,
}

impl Visitor {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookie: None }
    }

    pub(crate) fn with_cookie(self, cookie: String) -> Self {
        Self {
            cookie: Some(cookie),
            ..self
        }
    }

    /// Requests a path, which must exist, and accepts no encoding, or brotli.
    pub(crate) async fn get(&self, path: &str, encoding: Encoding) -> Result<Bytes> {
        let request = match encoding {
            Encoding::None => Request::get(path),
            Encoding::Brotli => Request::get(path).header(ACCEPT_ENCODING, "br"),
        };
        self.send(request, Body::empty(), StatusCode::OK).await
    }

    /// Lists a ticket and returns its id.
    pub(crate) async fn list(&self, title: &str) -> Result<String> {
        self.create("/api/tickets", &json!({ "title": title, "price": "25.00" }))
            .await
    }

    /// Reserves a ticket and returns the id of the order.
    pub(crate) async fn reserve(&self, ticket: &str) -> Result<String> {
        self.create("/api/orders", &json!({ "ticketId": ticket })).await
    }

    /// Pays for an order and returns the id of the payment.
    pub(crate) async fn pay(&self, order: &str) -> Result<String> {
        self.create("/api/payments", &json!({ "orderId": order, "token": "tok_visa" }))
            .await
    }

    async fn create(&self, path: &str, body: &Value) -> Result<String> {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        let body = Body::from(body.to_string());
        let created: Value = serde_json::from_slice(&self.send(request, body, StatusCode::CREATED).await?)?;
        let id = created["id"].as_str().context("the response has no id")?;
        Ok(id.to_owned())
    }

    async fn send(
        &self,
        mut request: axum::http::request::Builder,
        body: Body,
        expected: StatusCode,
    ) -> Result<Bytes> {
        request = request.header(HOST, "127.0.0.1:3000");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let request = request.body(body)?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), BODY_LIMIT).await?;
        ensure!(
            status == expected,
            "the response is {status} instead of {expected}: {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }
}
