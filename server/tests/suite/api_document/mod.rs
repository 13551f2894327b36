//! The OpenAPI document: it is kept as a snapshot, docs/rest.md agrees with it, and its examples get the documented
//! responses.

mod edge;
mod examples;
mod page;
mod rest_md;

use serde_json::Value;

use crate::support::TestServer;

/// An operation of the document.
#[derive(Debug)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub described: Value,
}

impl Operation {
    /// As in `POST /api/orders`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub fn statuses(&self) -> Vec<String> {
        let responses = self.described["responses"].as_object().unwrap();
        responses.keys().cloned().collect()
    }

    pub fn is_keyed(&self) -> bool {
        let mut parameters = self.described["parameters"].as_array().into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
    }

    /// The body that the document shows for a refusal, `None` where it has no such refusal.
    pub fn refusal(&self, status: u16, name: &str) -> Option<&Value> {
        let content = &self.described["responses"][status.to_string()]["content"]["application/json"];
        Some(&content["examples"][name]["value"]).filter(|value| !value.is_null())
    }
}

/// The document from the server.
pub async fn document(server: &TestServer) -> (String, Value) {
    let response = reqwest::get(server.url("/api/openapi.json")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let text = response.text().await.unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// A value with the examples of refusals where it refers to them.
fn resolved(value: &Value, document: &Value) -> Value {
    let name = value.get("$ref").and_then(Value::as_str);
    if let Some(name) = name.and_then(|path| path.strip_prefix("#/components/examples/")) {
        return document["components"]["examples"][name].clone();
    }
    match value {
        Value::Object(fields) => {
            let resolved = |(name, field): (&String, &Value)| (name.clone(), resolved(field, document));
            fields.iter().map(resolved).collect()
        }
        other => other.clone(),
    }
}

/// Every operation of a document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            operations.push(Operation {
                method: method.clone(),
                path: path.clone(),
                described: resolved(described, document),
            });
        }
    }
    operations
}

#[tokio::test]
async fn every_change_of_the_contract_shows() {
    let server = TestServer::start().await;
    let (text, value) = document(&server).await;
    assert_eq!(value["openapi"], "3.1.0");
    insta::assert_snapshot!("openapi", text.trim_end());
    server.finish().await;
}

/// A reference that leads nowhere is how a schema shows that was described and not collected.
#[tokio::test]
async fn every_reference_leads_somewhere() {
    let server = TestServer::start().await;
    let (text, value) = document(&server).await;
    let references = text
        .split("\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    let lost: Vec<&str> = references
        .clone()
        .filter(|path| value.pointer(path).is_none())
        .collect();
    assert_eq!(lost, [""; 0]);
    assert!(references.count() > 100);
    server.finish().await;
}
