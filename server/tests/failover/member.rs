//! A person with a browser, who repeats what was not answered.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::records::Shared;

/// How long a request is repeated.
const LIMIT: Duration = Duration::from_mins(2);
/// How long to wait before that.
const PAUSE: Duration = Duration::from_millis(100);

/// An answer that says what happened.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

/// Somebody who uses the site through the balancer.
pub(crate) struct Member {
    pub(crate) name: String,
    base: String,
    http: Client,
    cookies: BTreeMap<String, String>,
    /// How many requests had a key.
    keys: usize,
    pub(crate) records: Shared,
}

impl Member {
    /// Without a session.
    pub(crate) fn new(name: String, base: String, records: Shared) -> Self {
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_mins(1))
            .no_proxy()
            .build()
            .unwrap();
        Self {
            name,
            base,
            http,
            cookies: BTreeMap::new(),
            keys: 0,
            records,
        }
    }

    /// Sends a request until an answer says what happened to it, each time with the same key.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.keys += 1;
        let key = format!("{} {}", self.name, self.keys).replace(' ', "-");
        let http = self.http.clone();
        let url = format!("{}{path}", self.base);
        self.repeat(move || http.post(&url).header("idempotency-key", &key).json(body))
            .await
    }

    /// Sends a request without a body: these can be repeated as they are.
    pub(crate) async fn send(&mut self, method: Method, path: &str) -> Answer {
        let http = self.http.clone();
        let url = format!("{}{path}", self.base);
        self.repeat(move || http.request(method.clone(), &url)).await
    }

    async fn repeat(&mut self, request: impl Fn() -> RequestBuilder) -> Answer {
        let deadline = Instant::now() + LIMIT;
        loop {
            match self.try_once(request()).await {
                Ok(answer) => return answer,
                Err(reason) => {
                    self.records.unknown(&reason);
                    assert!(
                        Instant::now() < deadline,
                        "{}: not answered in {LIMIT:?}: {reason}",
                        self.name
                    );
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// An error is a reason for which it is not known what happened.
    async fn try_once(&mut self, request: RequestBuilder) -> Result<Answer, String> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await;
        let response = response.map_err(|_| "no answer".to_owned())?;
        let (status, url) = (response.status(), response.url().clone());
        // 409: a request with this key is running, as one of which nobody has heard the answer.
        if matches!(status.as_u16(), 409 | 502 | 503 | 504) {
            return Err(status.as_u16().to_string());
        }
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let is_new = !response.headers().contains_key("idempotency-replayed");
        let text = response.text().await.map_err(|_| "half an answer".to_owned())?;
        // No session has ended, and no server has a reason to fail.
        assert!(
            status != StatusCode::UNAUTHORIZED && !status.is_server_error(),
            "{}: {url} was answered {status}: {text}",
            self.name
        );
        if is_new && matches!(status.as_u16(), 201 | 204) {
            self.records.wrote();
        }
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, body })
    }
}
