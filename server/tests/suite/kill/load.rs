//! Users who list, edit, reserve, pay and cancel as fast as they can, and remember what the server acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::views::{OrderView, TicketView, UserView};
use contracts::{SessionId, Timestamp, UserId};
use event_log::{IdSource, SharedClock, SystemClock};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use web::{SessionConfig, Sessions, SigningKey};

use crate::support::client;
use crate::support::process::{Process, SIGNING_KEY};

const PEOPLE: u64 = 8;

/// What the server acknowledged.
#[derive(Debug, Default, Clone)]
pub struct Acknowledged {
    pub tickets: BTreeSet<String>,
    pub orders: BTreeSet<String>,
    pub cancelled: BTreeSet<String>,
    /// Payments that were accepted, by their orders. None of their cards is ever declined in the end.
    pub payments: BTreeMap<String, String>,
}

impl Acknowledged {
    /// Whether there is at least that much of everything that must survive.
    pub fn is_at_least(&self, count: usize) -> bool {
        let least = self.tickets.len().min(self.orders.len()).min(self.payments.len());
        least >= count
    }
}

pub struct Load {
    seed: u64,
    round: u64,
    tokens: Vec<String>,
    acknowledged: Arc<Mutex<Acknowledged>>,
}

impl Load {
    pub fn new(seed: u64) -> Self {
        let clock: SharedClock = Arc::new(SystemClock);
        let ids = IdSource::system(clock.clone());
        let sessions = Sessions::new(
            SessionConfig::new(SigningKey::parse(SIGNING_KEY).unwrap()),
            clock.clone(),
        );
        let token = |number| {
            let user = UserView {
                id: UserId::from_uuid(ids.next()),
                email: format!("person{number}@example.com"),
            };
            sessions
                .issue(
                    &user,
                    SessionId::from_uuid(ids.next()),
                    Timestamp::from_millis(clock.now_ms()),
                )
                .unwrap()
                .expose()
                .to_owned()
        };
        Self {
            seed,
            round: 0,
            tokens: (0..PEOPLE).map(token).collect(),
            acknowledged: Arc::default(),
        }
    }

    /// Everyone works until the server is killed after `moment`.
    pub async fn run_until_killed(&mut self, server: Process, moment: Duration) {
        self.run_while(server, tokio::time::sleep(moment)).await;
    }

    /// Everyone works until the server is killed, which is when `meanwhile` has ended.
    pub async fn run_while<T>(&mut self, server: Process, meanwhile: impl Future<Output = T>) -> T {
        self.round += 1;
        let mut people = JoinSet::new();
        for (number, token) in self.tokens.iter().enumerate() {
            let person = Worker {
                http: client(reqwest::redirect::Policy::none()),
                base: server.base.clone(),
                cookie: format!("ticketing-session={token}"),
                random: StdRng::seed_from_u64(self.seed ^ (self.round << 8) ^ number as u64),
                acknowledged: self.acknowledged.clone(),
            };
            people.spawn(person.work());
        }
        let outcome = meanwhile.await;
        server.kill().await;
        people.join_all().await;
        outcome
    }

    /// Everything acknowledged so far.
    pub fn acknowledgements(&self) -> Arc<Mutex<Acknowledged>> {
        Arc::clone(&self.acknowledged)
    }

    pub fn acknowledged(&self) -> Acknowledged {
        self.acknowledged.lock().unwrap().clone()
    }
}

struct Worker {
    http: Client,
    base: String,
    cookie: String,
    random: StdRng,
    acknowledged: Arc<Mutex<Acknowledged>>,
}

/// The server was killed.
struct Gone;

impl Worker {
    async fn work(mut self) {
        while self.step().await.is_ok() {}
    }

    async fn step(&mut self) -> Result<(), Gone> {
        let title = format!("Ticket {}", self.random.random_range(0..1_000_000));
        let response = self
            .send(
                Method::POST,
                "/api/tickets",
                json!({ "title": title, "price": "9.99" }),
            )
            .await?;
        let own: TicketView = response.json().await.map_err(|_| Gone)?;
        self.acknowledged
            .lock()
            .unwrap()
            .tickets
            .insert(own.id.to_string());
        let path = format!("/api/tickets/{}", own.id);
        self.send(Method::PUT, &path, json!({ "title": title, "price": "19.99" }))
            .await?;

        let response = self
            .send(Method::GET, "/api/tickets?limit=1000", Value::Null)
            .await?;
        let on_sale: Vec<TicketView> = response.json().await.map_err(|_| Gone)?;
        let Some(wanted) = on_sale.get(self.random.random_range(0..on_sale.len().max(1))) else {
            return Ok(());
        };
        let response = self
            .send(Method::POST, "/api/orders", json!({ "ticketId": wanted.id }))
            .await?;
        if response.status() != StatusCode::CREATED {
            return Ok(());
        }
        let order: OrderView = response.json().await.map_err(|_| Gone)?;
        self.acknowledged
            .lock()
            .unwrap()
            .orders
            .insert(order.id.to_string());
        if self.random.random_bool(0.6) {
            return self.pay(&order).await;
        }
        if self.random.random_bool(0.5) {
            self.send(Method::DELETE, &format!("/api/orders/{}", order.id), Value::Null)
                .await?;
            self.acknowledged
                .lock()
                .unwrap()
                .cancelled
                .insert(order.id.to_string());
        }
        Ok(())
    }

    /// Pays, now and then with a card that is declined first.
    async fn pay(&mut self, order: &OrderView) -> Result<(), Gone> {
        const CARDS: [&str; 4] = ["tok_visa", "tok_visa", "tok_delayed", "tok_networkLost"];
        if self.random.random_bool(0.2) {
            self.charge(order, "tok_chargeDeclined").await?;
        }
        let card = CARDS[self.random.random_range(0..CARDS.len())];
        let response = self.charge(order, card).await?;
        if response.status() == StatusCode::CREATED {
            let payment: Value = response.json().await.map_err(|_| Gone)?;
            let id = payment["id"].as_str().unwrap().to_owned();
            self.acknowledged
                .lock()
                .unwrap()
                .payments
                .insert(order.id.to_string(), id);
        }
        Ok(())
    }

    /// The payments service consumes an order a moment later.
    async fn charge(&self, order: &OrderView, token: &str) -> Result<Response, Gone> {
        loop {
            let body = json!({ "orderId": order.id, "token": token });
            let response = self.send(Method::POST, "/api/payments", body).await?;
            if response.status() != StatusCode::NOT_FOUND {
                return Ok(response);
            }
        }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Result<Response, Gone> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", &self.cookie);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(|_| Gone)?;
        assert!(
            !response.status().is_server_error(),
            "{path} was answered {}",
            response.status()
        );
        Ok(response)
    }
}
