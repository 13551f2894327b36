//! The layers in front of the handlers respond to each operation as the document says.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Operation, document, operations};
use crate::support::{Person, TestServer, raw};

const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// One way in which a request is wrong: the name of the refusal, its status, and how to make such a request.
type Wrong = (&'static str, u16, fn(&Sender<'_>) -> RequestBuilder);

const WRONG: [Wrong; 8] = [
    ("QueryMalformed", 400, |sender| sender.to("?q=%FF")),
    ("CrossSite", 403, |sender| {
        sender.to("").header("sec-fetch-site", "cross-site")
    }),
    ("BodyMalformed", 400, |sender| {
        sender.to("").header("content-type", "application/json").body("{")
    }),
    ("ContentTypeUnsupported", 415, |sender| {
        sender.to("").header("content-type", "text/plain").body("{}")
    }),
    ("BodyTooLarge", 413, |sender| {
        let too_large = " ".repeat(web::RAW_BODY_LIMIT + 1);
        let request = sender.to("").header("content-type", "application/json");
        sender.keyed(request, "large").body(too_large)
    }),
    ("IdempotencyKeyMalformed", 400, |sender| {
        sender
            .to("")
            .header("content-type", "application/json")
            .header("idempotency-key", "a b")
            .body("{}")
    }),
    ("NotAuthorized", 401, |sender| sender.anonymous()),
    ("NotFound", 404, |sender| sender.valid()),
];

struct Sender<'s> {
    operation: &'s Operation,
    person: &'s Person,
    server: &'s TestServer,
}

impl Sender<'_> {
    fn path(&self) -> String {
        self.operation.path.replace("{id}", UNKNOWN)
    }

    fn method(&self) -> Method {
        self.operation.method.to_uppercase().parse().unwrap()
    }

    fn to(&self, query: &str) -> RequestBuilder {
        self.person
            .request(self.method(), &format!("{}{query}", self.path()))
    }

    fn keyed(&self, request: RequestBuilder, key: &str) -> RequestBuilder {
        if self.operation.is_keyed() {
            request.header("idempotency-key", key)
        } else {
            request
        }
    }

    fn anonymous(&self) -> RequestBuilder {
        self.server
            .http
            .request(self.method(), self.server.url(&self.path()))
    }

    /// With the body that the document shows.
    fn valid(&self) -> RequestBuilder {
        let example = &self.operation.described["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() {
            self.to("")
        } else {
            self.to("").json(example)
        }
    }
}

#[tokio::test]
async fn invalid_requests_are_answered_as_documented() {
    let server = TestServer::start().await;
    let person = server.person("reader");
    let (_, document) = document(&server).await;
    let mut sent = 0;
    for operation in &operations(&document) {
        let sender = Sender {
            operation,
            person: &person,
            server: &server,
        };
        for (name, status, request) in WRONG {
            let Some(expected) = operation.refusal(status, name) else {
                continue;
            };
            let response = request(&sender).send().await.unwrap();
            assert_eq!(response.status(), status, "{} {name}", operation.line());
            let said: Value = response.json().await.unwrap();
            assert_eq!(&said, expected, "{} {name}", operation.line());
            sent += 1;
        }
        // Clients normalize an address before they send it.
        let line = format!(
            "{} {}%zz HTTP/1.1\r\nHost: {}",
            operation.method.to_uppercase(),
            sender.path(),
            server.address
        );
        let reply = raw(server.address, format!("{line}\r\nConnection: close\r\n\r\n")).await;
        let expected = operation.refusal(400, "RequestMalformed").unwrap().to_string();
        assert!(
            reply.starts_with("HTTP/1.1 400") && reply.ends_with(&expected),
            "{reply}"
        );
    }
    assert!(sent > 60, "only {sent} requests were sent");
    server.finish().await;
}

/// A method that a path does not have is 405, with those that it has.
#[tokio::test]
async fn other_methods_are_refused_with_those_that_there_are() {
    let server = TestServer::start().await;
    let (_, document) = document(&server).await;
    let operations = operations(&document);
    for Operation { path, .. } in &operations {
        let has = |method: &str| {
            operations
                .iter()
                .any(|own| own.path == *path && own.method == method)
        };
        for method in ["get", "post", "put", "delete", "patch", "options", "trace"]
            .into_iter()
            .filter(|method| !has(method))
        {
            let path = path.replace("{id}", UNKNOWN);
            let method: Method = method.to_uppercase().parse().unwrap();
            let response = server
                .http
                .request(method, server.url(&path))
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 405, "{path}");
            let allowed = response.headers()["allow"].to_str().unwrap();
            let allowed = allowed
                .split(',')
                .filter(|method| *method != "HEAD")
                .all(|method| has(&method.to_lowercase()));
            assert!(allowed, "{path}");
            let said: Value = response.json().await.unwrap();
            assert_eq!(said["errors"][0]["message"], "Method not allowed", "{path}");
        }
    }
    server.finish().await;
}

/// The reverse: every possible refusal of a kind of operation is documented at each operation of that kind.
#[tokio::test]
async fn every_operation_has_the_refusals_of_its_kind() {
    let server = TestServer::start().await;
    let (_, document) = document(&server).await;
    for operation in operations(&document) {
        let statuses = operation.statuses();
        let has = |status: &str| statuses.iter().any(|own| own == status);
        let line = operation.line();
        assert!(has("400") && has("500") && has("503"), "{line}");
        assert_eq!(has("403"), operation.method != "get", "{line}");
        assert_eq!(
            has("404"),
            operation.path.contains('{') || has_foreign_id(&operation),
            "{line}"
        );
        let body = &operation.described["requestBody"]["content"];
        assert_eq!(has("415"), body["application/json"].is_object(), "{line}");
        assert_eq!(has("413"), body.is_object() || operation.is_keyed(), "{line}");
        assert_eq!(has("409") && has("422"), operation.is_keyed(), "{line}");
        for status in statuses.iter().filter(|status| !status.starts_with('2')) {
            let schema = &operation.described["responses"][status]["content"]["application/json"]["schema"];
            assert_eq!(
                schema["$ref"], "#/components/schemas/ErrorEnvelope",
                "{line} {status}"
            );
        }
        for status in ["429", "503"].into_iter().filter(|status| has(status)) {
            let headers = &operation.described["responses"][status]["headers"];
            assert!(headers["Retry-After"].is_object(), "{line} {status}");
        }
    }
    server.finish().await;
}

/// Whether the body contains an id that may not exist.
fn has_foreign_id(operation: &Operation) -> bool {
    matches!(
        operation.line().as_str(),
        "POST /api/orders" | "POST /api/payments"
    )
}
