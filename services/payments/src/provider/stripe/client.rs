//! The HTTP client of Stripe's API.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

use super::config::SecretKey;
use super::objects::{Failure, Refused};
use crate::provider::ProviderError;

/// The version of the API that this code is written for, whatever the account's own is.
const API_VERSION: &str = "2024-06-20";

/// The timeout of one request. Shorter than the service's own, so that a call abandoned by the service is no
/// longer in flight.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The largest response that is read: a page of a hundred objects takes a few hundred kilobytes.
const MAX_RESPONSE_BYTES: usize = 8 * 1024 * 1024;

/// The fields of a request, in the order in which they are sent.
pub(super) type Fields<'f> = [(&'f str, &'f str)];

/// A client of Stripe's API. Clones share their connections.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    api_base: Uri,
    /// The key, as a header that is never logged; `None` if it is not a valid header value.
    authorization: Option<HeaderValue>,
}

/// A conclusive response.
#[derive(Debug)]
pub(super) enum Reply<T> {
    /// The request succeeded.
    Done(T),
    /// The request was rejected with a reason.
    Refused(Refused),
    /// Stripe failed to process the request: under its idempotency key the response stays the same for a day. Whether it had an
    /// effect must be read from the objects.
    ServerError(ProviderError),
}

impl<T> Reply<T> {
    /// The object; a rejection is an error.
    pub(super) fn done(self) -> Result<T, ProviderError> {
        match self {
            Self::Done(object) => Ok(object),
            Self::Refused(refused) => Err(refused.into()),
            Self::ServerError(error) => Err(error),
        }
    }
}

impl Client {
    pub(super) fn new(api_base: Uri, key: &SecretKey) -> Self {
        // Plain HTTP is for a test double on the same machine; the configuration ensures that.
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose())).ok();
        if let Some(value) = &mut authorization {
            value.set_sensitive(true);
        }
        Self {
            http: HttpClient::builder(TokioExecutor::new()).build(connector),
            api_base,
            authorization,
        }
    }

    /// Reads an object or a list.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Fields<'_>,
    ) -> Result<Reply<T>, ProviderError> {
        let path = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", encode(query))
        };
        let request = self.request(Method::GET, &path)?.body(Full::default());
        self.send(request).await
    }

    /// Creates or changes an object; under an idempotency key every repetition gets the first response, for at least 24
    /// hours.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &Fields<'_>,
        idempotency_key: Option<&str>,
    ) -> Result<Reply<T>, ProviderError> {
        let mut request = self.request(Method::POST, path)?;
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(encode(form)));
        self.send(request).await
    }

    fn request(&self, method: Method, path: &str) -> Result<axum::http::request::Builder, ProviderError> {
        let authorization = self
            .authorization
            .clone()
            .ok_or_else(|| ProviderError("the secret key cannot be sent".to_owned()))?;
        let base = self.api_base.to_string();
        let uri = format!("{}{path}", base.trim_end_matches('/'));
        Ok(Request::builder()
            .method(method)
            .uri(uri)
            .header(header::AUTHORIZATION, authorization)
            .header(
                header::USER_AGENT,
                concat!("ticketing/", env!("CARGO_PKG_VERSION")),
            )
            .header("stripe-version", API_VERSION))
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: Result<Request<Full<Bytes>>, axum::http::Error>,
    ) -> Result<Reply<T>, ProviderError> {
        let request = request.map_err(|error| lost(&error))?;
        let answer = async {
            let response = self.http.request(request).await.map_err(|error| lost(&error))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES)
                .collect()
                .await;
            let body = body.map_err(|error| lost(error.as_ref()))?.to_bytes();
            Ok((status, body))
        };
        match tokio::time::timeout(REQUEST_TIMEOUT, answer).await {
            Ok(Ok((status, body))) => parse(status, &body),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ProviderError("Stripe did not answer in time".to_owned())),
        }
    }
}

fn encode(fields: &Fields<'_>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Only a rejection of the request itself, with a reason, is conclusive. An invalid key, a request that is
/// still running, a rate limit or an outage says nothing about the outcome of an earlier attempt at the same request.
fn parse<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<Reply<T>, ProviderError> {
    if status.is_success() {
        let object = serde_json::from_slice(body);
        return object
            .map(Reply::Done)
            .map_err(|error| ProviderError(format!("Stripe's answer is not as documented: {error}")));
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(ProviderError(
            "Stripe does not accept the secret key for this".to_owned(),
        )),
        StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::NOT_FOUND => {
            match serde_json::from_slice::<Failure>(body) {
                Ok(Failure { error }) if error.kind.as_deref() != Some("idempotency_error") => {
                    Ok(Reply::Refused(Refused { status, error }))
                }
                _ => Err(ProviderError(format!(
                    "Stripe answered {status} without a reason"
                ))),
            }
        }
        // From Stripe itself. A proxy in front of it responds otherwise, and then the request may still be running.
        StatusCode::INTERNAL_SERVER_ERROR => Ok(Reply::ServerError(ProviderError(format!(
            "Stripe answered {status}"
        )))),
        _ => Err(ProviderError(format!("Stripe answered {status}"))),
    }
}

/// The request or its response was lost; the cause is in the innermost error.
fn lost(error: &(dyn std::error::Error + 'static)) -> ProviderError {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    ProviderError(format!("Stripe could not be reached: {cause}"))
}
