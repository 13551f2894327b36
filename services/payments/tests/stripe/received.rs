//! The webhook: every correctly signed body is acknowledged, and nothing else.

use std::sync::Arc;

use event_log::Database;
use event_log::sql::unchecked_scalar;
use payments::{Payments, PaymentsConfig};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use test_support::World;
use tokio::net::TcpListener;

use crate::app::{WEBHOOK_SECRET, provider};
use crate::signature::sign;

struct Webhook {
    world: World,
    db: Database,
    url: String,
}

impl Webhook {
    async fn open() -> Self {
        let world = World::new();
        let db = world.database("payments", payments::MIGRATIONS).await;
        let provider = Arc::new(provider("http://127.0.0.1:9"));
        let payments = Payments::new(db.clone(), provider, PaymentsConfig::default());
        let routes = axum::Router::from(payments::routes(payments, world.sessions.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/payments/webhook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { world, db, url }
    }

    async fn send(&self, body: &str, signature: Option<String>) -> StatusCode {
        let mut request = Client::new().post(&self.url).body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        request.send().await.unwrap().status()
    }

    fn signature(&self, body: &str, secret: &str, age_seconds: i64) -> String {
        let at = self.world.now().as_millis() / 1000 - age_seconds;
        format!("t={at},v1={}", sign(body.as_bytes(), at, secret))
    }

    async fn send_signed(&self, body: &str) -> StatusCode {
        self.send(body, Some(self.signature(body, WEBHOOK_SECRET, 0)))
            .await
    }

    async fn received(&self) -> i64 {
        unchecked_scalar("SELECT count(*) FROM webhook_inbox")
            .fetch_one(self.db.reader())
            .await
            .unwrap()
    }
}

fn event(kind: &str, object: &Value) -> String {
    json!({ "id": "evt_1", "object": "event", "api_version": "2026-09-30.tomorrow", "type": kind, "data": { "object": object } })
        .to_string()
}

#[tokio::test]
async fn signed_webhook_is_always_acknowledged() {
    let webhook = Webhook::open().await;
    let unknown = json!({ "payment_id": "0190a5b0-7c31-7000-8000-000000000001" });
    let large = "x".repeat(300_000);
    for body in [
        event(
            "refund.updated",
            &json!({ "id": "re_1", "status": "succeeded", "amount": 500, "metadata": null }),
        ),
        event(
            "refund.updated",
            &json!({ "id": "re_1", "status": "a_status_of_tomorrow", "amount": 1, "metadata": unknown }),
        ),
        event(
            "payment_intent.succeeded",
            &json!({ "id": "pi_1", "status": "succeeded", "created": 1, "metadata": unknown }),
        ),
        event("a.kind.of.tomorrow", &json!({ "id": "x_1" })),
        event("invoice.paid", &json!({ "id": "in_1", "lines": large })),
        json!({ "id": "evt_1", "object": "v2.core.event", "type": "v2.core.account.updated" }).to_string(),
        "this is no JSON".to_owned(),
        String::new(),
    ] {
        assert_eq!(webhook.send_signed(&body).await, StatusCode::OK, "{body:.200}");
    }
    // Only the one that names a payment is stored.
    assert_eq!(webhook.received().await, 1);
}

#[tokio::test]
async fn invalid_signature_is_refused() {
    let webhook = Webhook::open().await;
    let body = event("refund.updated", &json!({ "id": "re_1", "metadata": null }));
    let signature = |secret, age| Some(webhook.signature(&body, secret, age));
    for signature in [
        None,
        Some("t=1".to_owned()),
        signature("whsec_of_somebody_else", 0),
        signature(WEBHOOK_SECRET, 301),
        signature(WEBHOOK_SECRET, -301),
    ] {
        let status = webhook.send(&body, signature.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{signature:?}");
    }
    assert_eq!(webhook.send_signed(&body).await, StatusCode::OK);
}
