//! People who list, reserve, pay, cancel and give back as fast as they can.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::member::{Answer, Member};
use crate::records::{Records, Shared};

const PEOPLE: usize = 12;
/// What one service tells another arrives in a moment, or when the other one works again.
const LIMIT: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(50);

/// All of them.
pub(crate) struct Load {
    pub(crate) records: Shared,
    base: String,
    working: JoinSet<()>,
    stop: CancellationToken,
}

impl Load {
    /// They sign up, and begin.
    pub(crate) fn start(base: &str, seed: u64) -> Self {
        let records = Shared::new(Records::default());
        let stop = CancellationToken::new();
        let mut working = JoinSet::new();
        for number in 0..PEOPLE {
            let person = Person {
                member: Member::new(name(number), base.to_owned(), Arc::clone(&records)),
                random: StdRng::seed_from_u64(seed ^ number as u64),
                listed: 0,
            };
            working.spawn(person.work(stop.clone()));
        }
        Self {
            records,
            base: base.to_owned(),
            working,
            stop,
        }
    }

    /// Fails if one of them has.
    pub(crate) fn assert_working(&mut self) {
        if let Some(ended) = self.working.try_join_next() {
            panic!("somebody has stopped: {ended:?}");
        }
    }

    /// Everybody ends what was begun: nothing that was asked for is without an answer.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        while let Some(ended) = self.working.join_next().await {
            ended.unwrap();
        }
    }

    /// Everybody can sign in.
    pub(crate) async fn sign_in_again(&self) {
        for number in 0..PEOPLE {
            let mut member = Member::new(name(number), self.base.clone(), Arc::clone(&self.records));
            let answer = member
                .post("/api/users/signin", &credentials(&name(number)))
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        }
    }
}

fn name(number: usize) -> String {
    format!("person{number}")
}

fn credentials(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": "a fine password" })
}

struct Person {
    member: Member,
    random: StdRng,
    listed: usize,
}

impl Person {
    async fn work(mut self, stop: CancellationToken) {
        let credentials = credentials(&self.member.name);
        let answer = self.member.post("/api/users/signup", &credentials).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let email = credentials["email"].as_str().unwrap();
        self.acknowledge("account", &format!("{} {email}", text(&answer.body["id"])));
        while !stop.is_cancelled() {
            self.list().await;
            if let Some(order) = self.reserve().await {
                self.decide(&order).await;
            }
        }
    }

    async fn list(&mut self) {
        self.listed += 1;
        let title = format!("Concert {} of {}", self.listed, self.member.name);
        let ticket = json!({ "title": title, "price": "9.99" });
        let answer = self.member.post("/api/tickets", &ticket).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        self.acknowledge("ticket", &format!("{} {title}", text(&answer.body["id"])));
    }

    /// Somebody else may be faster.
    async fn reserve(&mut self) -> Option<String> {
        let answer = self.member.send(Method::GET, "/api/tickets?limit=200").await;
        let on_sale = answer.body.as_array().unwrap();
        let wanted = on_sale.get(self.random.random_range(0..on_sale.len().max(1)))?;
        let ticket = text(&wanted["id"]);
        let answer = self
            .member
            .post("/api/orders", &json!({ "ticketId": ticket }))
            .await;
        if answer.status != StatusCode::CREATED {
            return None;
        }
        let order = text(&answer.body["id"]);
        let buyer = text(&answer.body["userId"]);
        self.acknowledge("order", &format!("{order} by {buyer} of {ticket}"));
        Some(order)
    }

    /// To pay, to pay and give back, to cancel, or to let it be.
    async fn decide(&mut self, order: &str) {
        let path = format!("/api/orders/{order}");
        match self.random.random_range(0..8) {
            0..3 => self.pay(order).await,
            3..5 => {
                self.pay(order).await;
                self.give_back(order, &path).await;
            }
            5..7 => {
                let answer = self.member.send(Method::DELETE, &path).await;
                assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
                self.acknowledge("cancellation", order);
            }
            _ => {}
        }
    }

    /// Pays, now and then with a card that is declined first.
    async fn pay(&mut self, order: &str) {
        const CARDS: [&str; 4] = ["tok_visa", "tok_visa", "tok_delayed", "tok_networkLost"];
        if self.random.random_bool(0.2) {
            let declined = self.charge(order, "tok_chargeDeclined").await;
            // If the server was killed before it knew the result, the answer is the one of a payment in progress.
            if declined.status == StatusCode::CREATED {
                let path = format!("/api/payments/{}", text(&declined.body["id"]));
                self.wait_for(&path, "failed").await;
            } else {
                assert_eq!(declined.status, StatusCode::BAD_REQUEST, "{}", declined.body);
            }
        }
        let card = CARDS[self.random.random_range(0..CARDS.len())];
        let answer = self.charge(order, card).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        self.acknowledge("payment", &format!("{} of {order}", text(&answer.body["id"])));
    }

    /// The payments service learns of an order a moment later.
    async fn charge(&mut self, order: &str, token: &str) -> Answer {
        let deadline = Instant::now() + LIMIT;
        let body = json!({ "orderId": order, "token": token });
        loop {
            let answer = self.member.post("/api/payments", &body).await;
            if answer.status != StatusCode::NOT_FOUND {
                return answer;
            }
            assert!(Instant::now() < deadline, "payments does not learn of {order}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What is paid can be given back as soon as the order says so.
    async fn give_back(&mut self, order: &str, path: &str) {
        self.wait_for(path, "complete").await;
        let answer = self.member.post(&format!("{path}/refund"), &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.acknowledge("refund", order);
    }

    async fn wait_for(&mut self, path: &str, status: &str) {
        let deadline = Instant::now() + LIMIT;
        loop {
            let there = self.member.send(Method::GET, path).await.body;
            if there["status"] == status {
                return;
            }
            assert!(Instant::now() < deadline, "not {status}: {there}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn acknowledge(&self, kind: &'static str, what: &str) {
        self.member.records.acknowledge(kind, what.to_owned());
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
