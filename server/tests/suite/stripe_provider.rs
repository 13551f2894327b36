//! The marketplace with Stripe as its provider, as far as it can be tested without Stripe.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::Process;

const STRIPE: [&str; 8] = [
    "--payment-provider",
    "stripe",
    "--stripe-secret-key",
    "sk_test_0123456789abcdef",
    "--stripe-webhook-secret",
    "whsec_0123456789abcdef",
    "--stripe-api-base",
    // Nothing listens there.
    "http://127.0.0.1:9",
];

async fn post(server: &Process, path: &str, cookie: Option<&str>, body: Value) -> reqwest::Response {
    let mut request = reqwest::Client::new()
        .post(format!("{}{path}", server.base))
        .json(&body);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.send().await.unwrap()
}

async fn sign_up(server: &Process, email: &str) -> String {
    let account = json!({ "email": email, "password": "three random words" });
    let reply = post(server, "/api/users/signup", None, account).await;
    assert_eq!(reply.status(), 201);
    let cookie = reply.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn unchargeable_prices_are_neither_listed_nor_reserved() {
    let folder = TempDir::new().unwrap();
    // Listed with a provider that charges every price.
    let server = Process::start(folder.path(), &[]).await;
    let seller = sign_up(&server, "seller@example.com").await;
    let cheap = json!({ "title": "Concert", "price": 0.49 });
    let listed = post(&server, "/api/tickets", Some(&seller), cheap.clone()).await;
    assert_eq!(listed.status(), 201);
    let ticket: Value = listed.json().await.unwrap();
    server.wait_until_delivered().await;
    server.terminate().await;

    let server = Process::start(folder.path(), &STRIPE).await;
    let refused = post(&server, "/api/tickets", Some(&seller), cheap).await;
    assert_eq!(refused.status(), 400);
    let errors: Value = refused.json().await.unwrap();
    assert_eq!(
        errors["errors"][0],
        json!({ "message": "Price must be at least 0.50", "field": "price" })
    );
    let buyer = sign_up(&server, "buyer@example.com").await;
    let refused = post(
        &server,
        "/api/orders",
        Some(&buyer),
        json!({ "ticketId": ticket["id"] }),
    )
    .await;
    assert_eq!(refused.status(), 400);
    let errors: Value = refused.json().await.unwrap();
    let message = errors["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("costs less than can be paid"), "{message}");
    server.terminate().await;
}
