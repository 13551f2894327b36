//! Hostile input over the whole server: always the right refusal, never a 5xx, nothing stored.

use crate::support::{Person, TestServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ENDPOINTS: [(&str, &str); 6] = [
    ("POST", "/api/users/signup"),
    ("POST", "/api/users/signin"),
    ("POST", "/api/tickets"),
    ("PUT", "/api/tickets/{ticket}"),
    ("POST", "/api/orders"),
    ("PUT", "/api/tickets/01890a5d-ac96-774b-bcce-b302099a8057"),
];

struct Attack {
    server: TestServer,
    person: Person,
    before: Vec<i64>,
    ticket: String,
}

impl Attack {
    async fn prepare() -> Self {
        let server = TestServer::start().await;
        let person = server.person("attacker");
        let ticket = server.listed_by(&person, "Bystander", "20").await.to_string();
        let before = counts(&server);
        Self {
            server,
            person,
            before,
            ticket,
        }
    }

    fn path(&self, template: &str) -> String {
        template.replace("{ticket}", &self.ticket)
    }

    async fn assert_nothing_stored(self) {
        assert_eq!(
            counts(&self.server),
            self.before,
            "a refused request stored something"
        );
        self.server.finish().await;
    }
}

/// Events of each database: every change of state leaves one.
fn counts(server: &TestServer) -> Vec<i64> {
    server
        .marketplace
        .runtime
        .sources()
        .map(|source| source.head())
        .collect()
}

pub async fn assert_refused(response: reqwest::Response, expected: &[u16], what: &str) {
    let status = response.status().as_u16();
    let body: Value = response
        .json()
        .await
        .unwrap_or_else(|error| panic!("{what}: not JSON ({error}), status {status}"));
    assert!(expected.contains(&status), "{what}: {status} {body}");
    let errors = body["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("{what}: no envelope: {body}"));
    assert!(
        !errors.is_empty() && errors.iter().all(|error| error["message"].is_string()),
        "{what}: {body}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_are_refused() {
    let attack = Attack::prepare().await;
    let deep = "[".repeat(50_000);
    let deep_object = format!("{}1{}", r#"{"title":"#.repeat(9_000), "}".repeat(9_000));
    let bodies = [
        "",
        "{",
        "nonsense",
        "{\"title\":",
        "{'title':'x'}",
        "\u{0}",
        "{\"title\":\"\\ud800\"}",
        "NaN",
        "{\"a\":1}{\"b\":2}",
        &deep,
        &deep_object,
    ];
    for (method, path) in ENDPOINTS {
        for body in bodies {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let request = attack
                .person
                .request(method, &attack.path(path))
                .header("content-type", "application/json");
            let start: String = body.chars().take(20).collect();
            assert_refused(
                request.body(body.to_owned()).send().await.unwrap(),
                &[400],
                &format!("{path} {start:?}"),
            )
            .await;
        }
    }
    attack.assert_nothing_stored().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_another_type_or_size_are_refused() {
    let attack = Attack::prepare().await;
    let huge = json!({ "title": "x".repeat(2_000_000), "price": 20 }).to_string();
    for (method, path) in ENDPOINTS {
        let request = || {
            attack
                .person
                .request(Method::from_bytes(method.as_bytes()).unwrap(), &attack.path(path))
        };
        let as_json = |body: String| {
            request()
                .header("content-type", "application/json")
                .body(body)
                .send()
        };
        assert_refused(as_json(huge.clone()).await.unwrap(), &[413], path).await;
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/json",
        ] {
            let response = request()
                .header("content-type", content_type)
                .body("{}")
                .send()
                .await
                .unwrap();
            assert_refused(response, &[415], &format!("{path} as {content_type}")).await;
        }
        let response = request().body("{}").send().await.unwrap();
        assert_refused(response, &[415], &format!("{path} without a type")).await;
    }
    attack.assert_nothing_stored().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_another_type_are_refused_by_field() {
    let attack = Attack::prepare().await;
    let odd = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!([["x"]]),
        json!(-1),
        json!(1e300),
        json!("\u{0}"),
    ];
    for value in odd {
        for (method, path) in ENDPOINTS {
            let body = json!({ "email": value, "password": value, "title": value, "price": value, "ticketId": value });
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let response = attack
                .person
                .request(method, &attack.path(path))
                .json(&body)
                .send()
                .await
                .unwrap();
            assert_refused(response, &[400], &format!("{path} {value}")).await;
            let method = Method::POST;
            let response = attack
                .person
                .request(method, "/api/orders")
                .json(&value)
                .send()
                .await
                .unwrap();
            assert_refused(response, &[400], &format!("/api/orders {value}")).await;
        }
    }
    attack.assert_nothing_stored().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_from_other_sites_are_refused() {
    let attack = Attack::prepare().await;
    let post = |path: &'static str| attack.person.request(Method::POST, path);
    let form = [("title", "Planted"), ("price", "1")];
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let response = post("/api/tickets")
            .json(&json!({ "title": "Planted", "price": 1 }))
            .header(header, value)
            .send()
            .await
            .unwrap();
        assert_refused(response, &[403], value).await;
        for path in ["/fn/tickets/create", "/fn/auth/signout", "/fn/orders/reserve"] {
            let response = post(path).form(&form).header(header, value).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path} {value}");
        }
    }
    attack.assert_nothing_stored().await;
}
