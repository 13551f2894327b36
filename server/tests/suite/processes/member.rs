//! A user of several servers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::{IdSource, SystemClock};
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use web::{SessionConfig, Sessions, SigningKey};

use crate::support::client;
use crate::support::process::SIGNING_KEY;

/// A signed-in user, whose client keeps cookies as a browser does.
pub(super) struct Member {
    cookies: Mutex<BTreeMap<String, String>>,
    http: reqwest::Client,
}

impl Member {
    /// Signed in. Each request goes to a server of the caller's choice.
    pub(super) fn new(name: &str) -> Self {
        let clock = SystemClock::shared();
        let ids = IdSource::system(clock.clone());
        let key = SigningKey::parse(SIGNING_KEY).unwrap();
        let sessions = Sessions::new(SessionConfig::new(key), clock.clone());
        let user = UserView {
            id: UserId::from_uuid(ids.next()),
            email: format!("{name}@example.com"),
        };
        let now = Timestamp::from_millis(clock.now_ms());
        let token = sessions
            .issue(&user, SessionId::from_uuid(ids.next()), now)
            .unwrap();
        let session = ("ticketing-session".to_owned(), token.expose().to_owned());
        Self {
            cookies: Mutex::new(BTreeMap::from([session])),
            http: client(reqwest::redirect::Policy::none()),
        }
    }

    /// Somebody who has no session yet.
    pub(super) fn anonymous() -> Self {
        Self {
            cookies: Mutex::default(),
            http: client(reqwest::redirect::Policy::none()),
        }
    }

    /// Lists a ticket, and returns what the server says of it.
    pub(super) async fn list(&self, base: &str, title: &str) -> Value {
        let ticket = json!({ "title": title, "price": "20" });
        let listed = self.post(base, "/api/tickets", &ticket).await;
        assert_eq!(listed.status(), StatusCode::CREATED);
        listed.json().await.unwrap()
    }

    pub(super) async fn post(&self, base: &str, path: &str, body: &Value) -> Response {
        self.send(base, Method::POST, path, Some(body), None).await
    }

    pub(super) async fn post_with_key(&self, base: &str, path: &str, body: &Value, key: &str) -> Response {
        self.send(base, Method::POST, path, Some(body), Some(key)).await
    }

    pub(super) async fn get(&self, base: &str, path: &str) -> Response {
        self.send(base, Method::GET, path, None, None).await
    }

    async fn send(
        &self,
        base: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Response {
        let cookies: Vec<_> = {
            let cookies = self.cookies.lock().unwrap();
            cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        };
        let mut request = self.http.request(method, format!("{base}{path}"));
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }

    /// The same session in another client, which has no other cookies: a copy of the cookie.
    pub(super) fn copy(&self) -> Self {
        let mut cookies = self.cookies.lock().unwrap().clone();
        cookies.retain(|name, _| name == "ticketing-session");
        Self {
            cookies: Mutex::new(cookies),
            http: self.http.clone(),
        }
    }
}
