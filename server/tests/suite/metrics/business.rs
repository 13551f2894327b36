//! Reservations, orders, payments and accounts are counted by exactly what was done.

use axum::http::StatusCode;
use contracts::OrderId;
use serde_json::json;

use super::exposition::Exposition;
use super::scrape;
use crate::support::{HOLD, PAYMENT_DELAY, Person, TestServer};

/// Differences between two scrapes.
struct Change(Exposition, Exposition);

impl Change {
    /// By how much a value has changed.
    fn of(&self, name: &str, labels: &[(&str, &str)]) -> i64 {
        let difference = self.1.value(name, labels) - self.0.value(name, labels);
        format!("{difference}").parse().unwrap()
    }

    /// All outcomes of a counter that have changed.
    fn outcomes(&self, name: &str, label: &str) -> Vec<(String, i64)> {
        let values = self.1.values_of(name, label).into_iter();
        let changes = values.map(|value| {
            let change = self.of(name, &[(label, &value)]);
            (value, change)
        });
        changes.filter(|(_, change)| *change != 0).collect()
    }
}

fn outcomes<const N: usize>(expected: [(&str, i64); N]) -> Vec<(String, i64)> {
    expected.map(|(value, count)| (value.to_owned(), count)).into()
}

async fn pay(buyer: &Person, order: OrderId, token: &str) -> StatusCode {
    let body = json!({ "orderId": order, "token": token });
    buyer.post("/api/payments", &body).await.status()
}

#[tokio::test]
async fn reservation_is_counted_by_what_became_of_it() {
    let server = TestServer::start().await;
    let (seller, buyer, other) = (
        server.person("seller"),
        server.person("buyer"),
        server.person("other"),
    );
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let before = scrape(&server).await;
    let order = buyer.reserve(ticket).await;
    for _ in 0..3 {
        assert_eq!(other.try_reserve(ticket).await.status(), 400);
    }
    assert_eq!(seller.try_reserve(ticket).await.status(), 400);
    let unknown = order.id.to_string().parse().unwrap();
    assert_eq!(other.try_reserve(unknown).await.status(), 404);
    let change = Change(before, scrape(&server).await);
    assert_eq!(
        change.outcomes("ticketing_reservations_total", "outcome"),
        outcomes([("ticket_not_found", 1), ("ticket_reserved", 4), ("won", 1)])
    );
    assert_eq!(change.of("ticketing_holds_live", &[]), 1);
    assert_eq!(
        change.of(
            "ticketing_events_published_total",
            &[("database", "tickets"), ("subject", "ticket:created")]
        ),
        0
    );
    let created = [("database", "orders"), ("subject", "order:created")];
    let created = change.1.value("ticketing_events_published_total", &created);
    assert_eq!(created.to_string(), "1");
    server.finish().await;
}

#[tokio::test]
async fn order_is_counted_by_how_it_ends() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let [first, second, third] = [
        server.listed_by(&seller, "First", "20").await,
        server.listed_by(&seller, "Second", "20").await,
        server.listed_by(&seller, "Third", "20").await,
    ];
    let before = scrape(&server).await;
    let given_up = buyer.reserve(first).await;
    assert_eq!(buyer.cancel(given_up.id).await, 204);
    // Cancelling it again changes nothing.
    assert_eq!(buyer.cancel(given_up.id).await, 204);
    buyer.reserve(second).await;
    let paid = buyer.reserve(third).await;
    server.deliver().await;
    assert_eq!(pay(&buyer, paid.id, "tok_visa").await, 201);
    server.deliver().await;
    server.advance(HOLD);
    let overdue = scrape(&server).await;
    let change = Change(before, overdue);
    assert_eq!(change.of("ticketing_holds_overdue", &[]), 1);
    assert_eq!(change.of("ticketing_holds_live", &[]), 0);
    let Change(before, _) = change;
    assert_eq!(server.marketplace.orders.expire_due(10).await.unwrap(), 1);
    let refund = buyer
        .post(&format!("/api/orders/{}/refund", paid.id), &json!({}))
        .await;
    assert!(refund.status().is_success(), "{}", refund.status());
    server.deliver().await;
    server.marketplace.payments.reconcile().await.unwrap();
    let change = Change(before, scrape(&server).await);
    assert_eq!(
        change.outcomes("ticketing_orders_cancelled_total", "reason"),
        outcomes([("expired", 1), ("refunded", 1), ("user", 1)])
    );
    assert_eq!(change.of("ticketing_orders_completed_total", &[]), 1);
    assert_eq!(change.of("ticketing_holds_overdue", &[]), 0);
    assert_eq!(
        change.outcomes("ticketing_refunds_total", "outcome"),
        outcomes([("refunded", 1)])
    );
    assert_eq!(change.of("ticketing_refunds_open", &[]), 0);
    server.finish().await;
}

#[tokio::test]
async fn payment_is_counted_by_its_outcome_and_shows_while_it_is_in_doubt() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let before = scrape(&server).await;
    assert_eq!(pay(&buyer, order.id, "tok_chargeDeclined").await, 400);
    assert_eq!(
        pay(&buyer, order.id, "tok_chargeDeclinedInsufficientFunds").await,
        400
    );
    pay(&buyer, order.id, "tok_networkLost").await;
    let lost = Change(before, scrape(&server).await);
    assert_eq!(
        lost.outcomes("ticketing_payments_decided_total", "outcome"),
        outcomes([("card_declined", 1), ("insufficient_funds", 1)])
    );
    assert_eq!(lost.of("ticketing_payments_started_total", &[]), 3);
    assert_eq!(lost.of("ticketing_payments_open", &[]), 1);
    assert_eq!(lost.of("ticketing_payments_in_doubt", &[]), 1);
    assert_eq!(
        lost.of("ticketing_payment_provider_unanswered_calls_total", &[]),
        1
    );
    server.advance(PAYMENT_DELAY * 12);
    let later = scrape(&server).await;
    assert_eq!(
        later
            .value("ticketing_payments_in_doubt_oldest_seconds", &[])
            .to_string(),
        "60"
    );
    server.marketplace.payments.reconcile().await.unwrap();
    let Change(before, _) = lost;
    let settled = Change(before, scrape(&server).await);
    assert_eq!(
        settled.outcomes("ticketing_payments_decided_total", "outcome"),
        outcomes([("card_declined", 1), ("insufficient_funds", 1), ("succeeded", 1)])
    );
    assert_eq!(settled.of("ticketing_payments_in_doubt", &[]), 0);
    assert_eq!(
        settled
            .1
            .value("ticketing_payments_in_doubt_oldest_seconds", &[])
            .to_string(),
        "0"
    );
    server.finish().await;
}

#[tokio::test]
async fn sign_ups_and_sign_ins_are_counted_by_what_became_of_them() {
    let server = TestServer::start().await;
    let post = async |path: &str, email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        let sent = server.http.post(server.url(path)).json(&body).send().await;
        sent.unwrap().status().as_u16()
    };
    let before = scrape(&server).await;
    let (email, password) = ("ada@example.com", "a fine password of ada");
    assert_eq!(post("/api/users/signup", email, password).await, 201);
    assert_eq!(post("/api/users/signup", email, password).await, 400);
    assert_eq!(post("/api/users/signup", "none", "x").await, 400);
    assert_eq!(post("/api/users/signin", email, password).await, 200);
    assert_eq!(post("/api/users/signin", email, "a wrong password").await, 400);
    let change = Change(before, scrape(&server).await);
    assert_eq!(
        change.outcomes("ticketing_sign_ups_total", "outcome"),
        outcomes([("email_in_use", 1), ("refused", 1), ("succeeded", 1)])
    );
    assert_eq!(
        change.outcomes("ticketing_sign_ins_total", "outcome"),
        outcomes([("invalid_credentials", 1), ("succeeded", 1)])
    );
    server.finish().await;
}
