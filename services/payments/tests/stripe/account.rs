//! A stateful double of Stripe: one PaymentIntent, its refunds and its disputes, and, as Stripe documents it, every response
//! under its idempotency key, including failures.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::app::AMOUNT;

/// Stripe. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Account(Arc<Mutex<Objects>>);

#[derive(Default)]
struct Objects {
    intent: Option<Value>,
    refunds: Vec<Value>,
    disputes: Vec<Value>,
    /// Failures of the next new refund requests.
    failures: VecDeque<u16>,
    /// The stored responses.
    kept: HashMap<String, (u16, Value)>,
    /// The keys of all requests for refunds.
    keys: Vec<String>,
}

impl Account {
    pub(crate) async fn listen(&self) -> String {
        let router = Router::new()
            .route("/v1/payment_intents", post(charge).get(list_intents))
            .route("/v1/payment_intents/{id}", get(show_intent))
            .route("/v1/charges/{id}", get(show_intent))
            .route("/v1/refunds", get(list_refunds).post(make_refund))
            .route("/v1/disputes", get(list_disputes))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    fn change<T>(&self, change: impl FnOnce(&mut Objects) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    /// The next new refund request fails with this.
    pub(crate) fn fail_next_refund(&self, status: u16) {
        self.change(|objects| objects.failures.push_back(status));
    }

    /// A dispute exists from now on, or changes, without a webhook.
    pub(crate) fn dispute(&self, id: &str, status: &str) -> Value {
        self.dispute_of(id, status, AMOUNT)
    }

    pub(crate) fn dispute_of(&self, id: &str, status: &str, amount: i64) -> Value {
        let dispute = json!({
            "id": id, "object": "dispute", "status": status, "amount": amount, "currency": "usd",
            "reason": "fraudulent", "is_charge_refundable": false, "payment_intent": "pi_1", "charge": "ch_1",
            "metadata": {},
        });
        self.change(|objects| {
            objects.disputes.retain(|known| known["id"] != id);
            objects.disputes.push(dispute.clone());
        });
        dispute
    }

    pub(crate) fn refunds(&self) -> Vec<Value> {
        self.change(|objects| objects.refunds.clone())
    }

    pub(crate) fn refund_becomes(&self, number: usize, status: &str) {
        self.change(|objects| objects.refunds[number]["status"] = json!(status));
    }

    /// Makes a refund by hand.
    pub(crate) fn refund_by_hand(&self, amount: i64, status: &str) {
        let refund = json!({ "id": "re_by_hand", "amount": amount, "status": status, "payment_intent": "pi_1", "metadata": null });
        self.change(|objects| objects.refunds.insert(0, refund));
    }

    /// The keys of all requests for refunds, in order.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.change(|objects| objects.keys.clone())
    }
}

impl Objects {
    /// Whether a dispute keeps the money.
    fn is_disputed(&self) -> bool {
        let keeps = |dispute: &&Value| dispute["status"] != "won";
        self.disputes.iter().any(|dispute| keeps(&dispute))
    }

    /// The remaining refundable amount.
    fn rest(&self) -> i64 {
        let counts = |refund: &&Value| refund["status"] != "failed" && refund["status"] != "canceled";
        let amounts = self
            .refunds
            .iter()
            .filter(counts)
            .map(|refund| refund["amount"].as_i64().unwrap());
        AMOUNT - amounts.sum::<i64>()
    }

    fn refund(&mut self, fields: &HashMap<String, String>) -> (u16, Value) {
        if let Some(status) = self.failures.pop_front() {
            return (status, json!({ "error": { "type": "api_error" } }));
        }
        let amount: i64 = fields["amount"].parse().unwrap();
        let refused = |code: &str| {
            (
                400,
                json!({ "error": { "type": "invalid_request_error", "code": code } }),
            )
        };
        if self.is_disputed() {
            return refused("charge_disputed");
        }
        if amount > self.rest() {
            return refused("charge_already_refunded");
        }
        let refund = json!({
            "id": format!("re_{}", self.refunds.len()), "object": "refund", "amount": amount, "status": "succeeded",
            "payment_intent": "pi_1", "metadata": { "payment_id": fields["metadata[payment_id]"] },
            "failure_reason": null,
        });
        self.refunds.insert(0, refund.clone());
        (200, refund)
    }
}

fn list(data: &[Value]) -> Json<Value> {
    Json(json!({ "object": "list", "data": data, "has_more": false }))
}

async fn charge(State(account): State<Account>, form: String) -> Json<Value> {
    let payment = form_urlencoded::parse(form.as_bytes())
        .find(|(name, _)| name == "metadata[payment_id]")
        .map(|(_, value)| value.into_owned());
    let intent = json!({
        "id": "pi_1", "object": "payment_intent", "status": "succeeded", "created": 1_769_882_400, "amount": AMOUNT,
        "metadata": { "payment_id": payment }, "payment_intent": "pi_1", "latest_charge": "ch_1",
    });
    account.change(|objects| objects.intent = Some(intent.clone()));
    Json(intent)
}

async fn list_intents(State(account): State<Account>) -> Json<Value> {
    list(&account.change(|objects| objects.intent.clone().into_iter().collect::<Vec<_>>()))
}

/// The PaymentIntent, or its charge, which has its metadata.
async fn show_intent(State(account): State<Account>, Path(id): Path<String>) -> (StatusCode, Json<Value>) {
    let intent = account.change(|objects| objects.intent.clone());
    match intent.filter(|_| id == "pi_1" || id == "ch_1") {
        Some(intent) => (StatusCode::OK, Json(intent)),
        None => {
            let error = json!({ "error": { "type": "invalid_request_error", "code": "resource_missing" } });
            (StatusCode::NOT_FOUND, Json(error))
        }
    }
}

async fn list_refunds(State(account): State<Account>) -> Json<Value> {
    list(&account.refunds())
}

async fn list_disputes(State(account): State<Account>) -> Json<Value> {
    list(&account.change(|objects| objects.disputes.clone()))
}

async fn make_refund(
    State(account): State<Account>,
    headers: HeaderMap,
    form: String,
) -> (StatusCode, Json<Value>) {
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let fields: HashMap<String, String> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let (status, answer) = account.change(|objects| {
        objects.keys.push(key.clone());
        if let Some(kept) = objects.kept.get(&key) {
            return kept.clone();
        }
        let answer = objects.refund(&fields);
        objects.kept.insert(key, answer.clone());
        answer
    });
    (StatusCode::from_u16(status).unwrap(), Json(answer))
}
