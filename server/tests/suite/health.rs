//! `/livez`, `/readyz`, and the headers that every response carries.

use serde_json::{Value, json};

use crate::support::{HOLD, TestServer, execute, storage};

#[tokio::test]
async fn started_server_is_alive_and_ready() {
    let server = TestServer::start().await;
    let live = server.http.get(server.url("/livez")).send().await.unwrap();
    assert_eq!(
        (live.status().as_u16(), live.text().await.unwrap().as_str()),
        (200, "ok")
    );
    let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    let ready: Value = ready.json().await.unwrap();
    assert_eq!(ready["status"], "ready");
    let names: Vec<&str> = ready["databases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|database| database["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["auth", "tickets", "orders", "payments", "test-provider"]);
    let lacks = |database: &Value| database["missingMigrations"] != 0;
    assert!(
        !ready["databases"].as_array().unwrap().iter().any(lacks),
        "{ready}"
    );
    assert_eq!(ready["relays"].as_array().unwrap().len(), 6);
    server.finish().await;
}

#[tokio::test]
async fn readiness_names_what_must_not_end_and_the_size_of_each_log() {
    let server = TestServer::start().await;
    server.marketplace.runtime.start();
    let ready = async || -> Value {
        let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
        assert_eq!(ready.status(), 200);
        ready.json().await.unwrap()
    };
    let state = ready().await;
    let tasks = state["tasks"].as_array().unwrap();
    let names: Vec<&str> = tasks.iter().map(|task| task["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "live:tickets",
            "live:orders",
            "live:payments",
            "relay:auth:tickets",
            "relay:tickets:orders",
            "relay:orders:tickets",
            "relay:orders:payments",
            "relay:payments:orders",
            "relay:test-provider:payments",
            "overdue-sessions",
            "expiry",
            "reconciler",
            "disputes",
            "test-provider",
            "checkpoint:auth",
            "checkpoint:tickets",
            "checkpoint:orders",
            "checkpoint:payments",
            "checkpoint:test-provider",
        ]
    );
    for task in tasks {
        assert_eq!(
            (&task["state"], &task["restarts"]),
            (&json!("running"), &json!(0))
        );
    }
    for database in state["databases"].as_array().unwrap() {
        assert!(database["walBytes"].as_u64().unwrap() > 0, "{database}");
    }
    assert_eq!(state["status"], "ready");
    // One that ends stays down for a moment, which is reported.
    server.marketplace.runtime.supervisor().start("ill", |_| async {});
    let ill = loop {
        let state = ready().await;
        let tasks = state["tasks"].as_array().unwrap().clone();
        let ill = tasks.into_iter().find(|task| task["name"] == "ill").unwrap();
        if ill["state"] == "restarting" {
            assert_eq!(state["status"], "degraded");
            break ill;
        }
    };
    assert!(ill["restarts"].as_u64().is_some(), "{ill}");
}

#[tokio::test]
async fn unresolved_payment_is_reported() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "The one", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let payment = json!({ "orderId": order.id, "token": "tok_delayed" });
    assert_eq!(buyer.post("/api/payments", &payment).await.status(), 201);
    let state = async || {
        let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
        assert_eq!(ready.status(), 200);
        let ready: Value = ready.json().await.unwrap();
        (ready["status"].clone(), ready["unsettledPayments"].clone())
    };
    assert_eq!(state().await, (json!("ready"), json!(0)));
    // After enough checks, the provider has still not decided when the order is over.
    server.advance(HOLD * 10);
    execute(server.database("payments"), "UPDATE payments SET attempts = 100").await;
    assert_eq!(state().await, (json!("degraded"), json!(1)));
    let findings = server::check::check(storage(server.folder()), server.now_ms())
        .await
        .unwrap()
        .findings;
    let waiting = findings
        .into_iter()
        .find(|finding| finding.name == "No payment has been pending for too long")
        .unwrap();
    assert_eq!(waiting.violations.len(), 1, "{:?}", waiting.violations);
    server.finish().await;
}

#[tokio::test]
async fn broken_database_makes_the_server_unavailable() {
    let server = TestServer::start().await;
    server.database("orders").close().await;
    let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    assert_eq!(ready.json::<Value>().await.unwrap()["status"], "unavailable");
}

#[tokio::test]
async fn missing_migration_makes_the_server_unavailable() {
    let server = TestServer::start().await;
    execute(server.database("orders"), "DELETE FROM _sqlx_migrations").await;
    let ready = server.http.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    assert_ne!(
        ready.json::<Value>().await.unwrap()["databases"][2]["missingMigrations"],
        0
    );
}

#[tokio::test]
async fn every_response_says_what_a_browser_may_do() {
    let server = TestServer::start().await;
    for path in ["/", "/auth/signin", "/api/tickets", "/nothing-here", "/livez"] {
        let response = server.http.get(server.url(path)).send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(header("cache-control").starts_with("private"), "{path}");
    }
}

#[tokio::test]
async fn page_carries_the_nonce_of_its_own_response_and_no_other() {
    let server = TestServer::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let response = server.http.get(server.url("/")).send().await.unwrap();
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .unwrap()
            .to_owned();
        let html = response.text().await.unwrap();
        assert!(
            html.contains(&format!("nonce=\"{nonce}\"")),
            "the script does not carry the nonce"
        );
        assert!(
            !html.contains(&format!("crossorigin=\"{nonce}\"")),
            "the nonce stands in a readable attribute"
        );
        for script in html.split("<script").skip(1) {
            assert!(
                script.split('>').next().unwrap().contains(&nonce),
                "a script without the nonce: {script:.80}"
            );
        }
        seen.insert(nonce);
    }
    assert_eq!(seen.len(), 2, "a nonce was used twice");
}
