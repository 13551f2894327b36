//! The content of the log, and what is never logged: docs/LOGGING.md.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::support::process::{Process, SIGNING_KEY};

/// Every level of our crates.
const TRACE: &str = "info,ticketing=trace,server=trace,web=trace,event_log=trace,app=trace,auth=trace,tickets=trace,\
                     orders=trace,payments=trace,service=trace,test_provider=trace";

const EMAIL: &str = "marked-address@example.com";
const PASSWORD: &str = "marked-password-of-ada";
const WRONG_PASSWORD: &str = "marked-password-that-is-wrong";
const CARD_TOKEN: &str = "tok_marked_card";
const CARD_NUMBER: &str = "4000056655665556";
const CARD_CODE: &str = "739173";
const KEY: &str = "marked-idempotency-key";
const FIELD: &str = "marked-field-of-a-body";
const SEARCH: &str = "marked-search";
const HEADER: &str = "marked-header";

struct Journey {
    process: Process,
    http: Client,
    cookie: String,
}

impl Journey {
    fn post(&self, path: &str) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.process.base));
        request
            .header("cookie", &self.cookie)
            .header("idempotency-key", KEY)
            .header("authorization", HEADER)
            .header("user-agent", HEADER)
            .header("x-request-id", "journey-of-ada")
    }

    async fn json(&self, path: &str, body: Value) -> Value {
        let response = self.post(path).json(&body).send().await.unwrap();
        response.json().await.unwrap_or_default()
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) {
        let sent = self
            .post(path)
            .header("accept", "text/html")
            .form(fields)
            .send()
            .await;
        assert!(sent.unwrap().status().as_u16() < 500, "{path}");
    }

    async fn get(&self, path: &str) {
        let request = self.http.get(format!("{}{path}", self.process.base));
        let response = request.header("cookie", &self.cookie).send().await.unwrap();
        assert!(response.status().as_u16() < 500, "{path}");
    }

    /// Signs up, and sends the session from then on. Returns its token.
    async fn sign_up(&mut self, account: &Value) -> String {
        let response = self.post("/api/users/signup").json(account).send().await.unwrap();
        assert_eq!(response.status(), 201);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let token = cookie.split([';', '=']).nth(1).unwrap().to_owned();
        self.cookie = format!("ticketing-session={token}");
        token
    }
}

/// A seller lists a ticket, and Ada does everything possible with it.
async fn travel(process: Process) -> (Process, String) {
    let mut ada = Journey {
        process,
        http: crate::support::client(reqwest::redirect::Policy::none()),
        cookie: String::new(),
    };
    ada.sign_up(&json!({"email": "seller@example.com", "password": PASSWORD}))
        .await;
    let ticket = ada
        .json(
            "/api/tickets",
            json!({"title": "Opera", "price": 20, "other": FIELD}),
        )
        .await;
    ada.process.wait_until_delivered().await;

    let account = json!({"email": EMAIL, "password": PASSWORD, "other": FIELD});
    let token = ada.sign_up(&account).await;
    ada.json(
        "/api/users/signin",
        json!({"email": EMAIL, "password": WRONG_PASSWORD}),
    )
    .await;
    ada.json("/api/users/signin", account).await;
    let order = ada
        .json("/api/orders", json!({"ticketId": ticket["id"], "other": FIELD}))
        .await;
    ada.process.wait_until_delivered().await;
    ada.json(
        "/api/payments",
        json!({"orderId": order["id"], "token": CARD_TOKEN}),
    )
    .await;
    for path in [
        "/api/tickets",
        "/api/orders",
        "/api/payments",
        "/api/users/signin",
        "/api/payments/webhook",
    ] {
        let broken = ada.post(path).body(format!("{{\"{FIELD}\": {PASSWORD}"));
        broken
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap();
    }
    ada.form(
        "/fn/auth/signin",
        &[("email", EMAIL), ("password", WRONG_PASSWORD)],
    )
    .await;
    ada.form("/fn/auth/signup", &[("email", EMAIL), ("password", PASSWORD)])
        .await;
    ada.form("/fn/nothing", &[("email", EMAIL)]).await;
    let card = [
        ("order_id", order["id"].as_str().unwrap()),
        ("card_number", CARD_NUMBER),
        ("card_expiry", "12/30"),
        ("card_code", CARD_CODE),
    ];
    ada.form("/fn/payments/pay", &card).await;
    for path in ["/", "/api/tickets", "/auth/signin", "/api/nothing", "/%zz"] {
        ada.get(&format!("{path}?q={SEARCH}&email={EMAIL}")).await;
    }
    // A cross-site request has its own line.
    let refused = ada.post(&format!("/api/users/signout?{SEARCH}"));
    refused
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    (ada.process, token)
}

async fn log_of_a_journey(format: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let process = Process::start_saying_all_to(&log, folder.path(), TRACE, format).await;
    let (process, token) = travel(process).await;
    process.terminate().await;
    (std::fs::read_to_string(&log).unwrap(), token)
}

#[tokio::test]
async fn secrets_and_personal_data_are_never_logged() {
    for format in ["text", "json"] {
        let (log, token) = log_of_a_journey(format).await;
        assert!(
            log.contains("signed up") && log.contains("cross-site request"),
            "{log}"
        );
        let signature = token.rsplit('.').next().unwrap();
        for never in [
            EMAIL,
            "marked-address",
            PASSWORD,
            WRONG_PASSWORD,
            CARD_TOKEN,
            CARD_NUMBER,
            CARD_CODE,
            KEY,
            FIELD,
            SEARCH,
            HEADER,
            &token,
            signature,
            SIGNING_KEY,
        ] {
            let line = log.lines().find(|line| line.contains(never));
            assert_eq!(line, None, "the log has {never}");
        }
    }
}

#[tokio::test]
async fn every_line_of_a_delivery_names_its_event() {
    let (log, _) = log_of_a_journey("json").await;
    let lines = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let applied = lines.filter(|line| {
        let message = line["message"].as_str().unwrap_or_default();
        message.starts_with("applied events")
    });
    let mut found = 0;
    for line in applied {
        let mut spans = line["spans"].as_array().into_iter().flatten();
        let delivery = spans.find(|span| span["name"] == "delivery").unwrap();
        assert!(
            delivery["relay.source"].is_string() && delivery["event.sequence"].is_i64(),
            "{line}"
        );
        found += 1;
    }
    assert!(found > 0, "{log}");
}

#[tokio::test]
async fn every_line_of_a_request_has_its_id() {
    let (log, _) = log_of_a_journey("json").await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of_requests = lines.iter().filter(|line| {
        let message = line["message"].as_str().unwrap_or_default();
        matches!(
            message,
            "signed up" | "signed in" | "signed out" | "refused a cross-site request"
        )
    });
    let mut found = 0;
    for line in of_requests {
        let mut spans = line["spans"].as_array().into_iter().flatten();
        let id = spans.find_map(|span| span["request.id"].as_str());
        assert!(id.is_some_and(|id| !id.is_empty()), "{line}");
        found += usize::from(id == Some("journey-of-ada"));
    }
    assert!(found >= 2, "{log}");
}
