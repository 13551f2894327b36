//! The example requests of the document get the documented responses.

use std::collections::BTreeMap;

use contracts::views::{ErrorEnvelope, OrderView, PaymentView, TicketView, UserView};
use reqwest::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Operation, document, operations};
use crate::support::{Person, TestServer};

struct Api {
    server: TestServer,
    operations: BTreeMap<String, Operation>,
}

impl Api {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let (_, document) = document(&server).await;
        let operations = operations(&document);
        let named = |operation: Operation| {
            let id = operation.described["operationId"].as_str().unwrap().to_owned();
            (id, operation)
        };
        Self {
            server,
            operations: operations.into_iter().map(named).collect(),
        }
    }

    fn operation(&self, id: &str) -> &Operation {
        &self.operations[id]
    }

    /// Sends the example request of the document, with these fields for the ids in it, and checks that the response is that of its
    /// success: the status, the fields of the body, the headers.
    async fn send(&self, person: &Person, id: &str, path_id: &str, fields: Value) -> Value {
        let operation = self.operation(id);
        let response = self.request(person, id, path_id, fields).await;
        let (status, success) = success(operation);
        assert_eq!(response.status().as_u16(), status, "{id}");
        for (name, _) in success["headers"].as_object().into_iter().flatten() {
            let is_always_there = name == "Set-Cookie";
            assert!(
                !is_always_there || response.headers().contains_key(name),
                "{id}: {name}"
            );
        }
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        for example in shown(success) {
            assert_eq!(shape(&answer), shape(example), "{id}");
        }
        answer
    }

    async fn request(&self, person: &Person, id: &str, path_id: &str, fields: Value) -> Response {
        let operation = self.operation(id);
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let request = person.request(method, &operation.path.replace("{id}", path_id));
        let example = &operation.described["requestBody"]["content"]["application/json"]["example"];
        let request = if let Value::Object(body) = example {
            let mut body = body.clone();
            body.extend(fields.as_object().cloned().unwrap_or_default());
            request.json(&body)
        } else {
            request
        };
        request.send().await.unwrap()
    }

    /// Sends it, and checks that it gets the documented refusal.
    async fn refused(&self, person: &Person, id: &str, path_id: &str, fields: Value, reason: (u16, &str)) {
        let (status, name) = reason;
        let response = self.request(person, id, path_id, fields).await;
        assert_eq!(response.status().as_u16(), status, "{id} {name}");
        assert_eq!(
            response.headers().contains_key("retry-after"),
            matches!(status, 429 | 503),
            "{id} {name}"
        );
        let said: ErrorEnvelope = response.json().await.unwrap();
        let expected = self.operation(id).refusal(status, name);
        let expected = expected.unwrap_or_else(|| panic!("{id} does not have {name}"));
        assert_eq!(&json!(said.errors), &expected["errors"], "{id} {name}");
        assert_eq!(
            said.ticket.is_some(),
            expected["ticket"].is_object(),
            "{id} {name}"
        );
    }
}

fn success(operation: &Operation) -> (u16, &Value) {
    let responses = operation.described["responses"].as_object().unwrap();
    let (status, response) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))
        .unwrap();
    (status.parse().unwrap(), response)
}

/// The examples of a response.
fn shown(response: &Value) -> Vec<&Value> {
    let content = &response["content"]["application/json"];
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &example["value"]);
    let single = Some(&content["example"]).filter(|example| !example.is_null());
    single.into_iter().chain(named).collect()
}

/// The fields of a value, and of what kind they are.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.first().map(shape).into_iter().collect(),
        Value::String(_) => "string".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => Value::Null,
    }
}

#[tokio::test]
async fn requests_of_the_document_are_answered_as_documented() {
    let api = Api::start().await;
    let server = &api.server;
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let none = json!({});

    api.send(&ada, "signUp", "", none.clone()).await;
    api.send(&ada, "signIn", "", none.clone()).await;
    let ticket = api.send(&ada, "createTicket", "", none.clone()).await;
    let ticket_id = ticket["id"].as_str().unwrap();
    api.send(&ada, "showTicket", ticket_id, none.clone()).await;
    api.send(&ada, "editTicket", ticket_id, none.clone()).await;
    api.send(&ada, "listTickets", "", none.clone()).await;
    server.deliver().await;

    let fields = json!({"ticketId": ticket_id, "ticketVersion": 1});
    let order = api.send(&bob, "createOrder", "", fields).await;
    let order_id = order["id"].as_str().unwrap();
    api.send(&bob, "showOrder", order_id, none.clone()).await;
    api.send(&bob, "listOrders", "", none.clone()).await;
    server.deliver().await;
    let payment = api
        .send(&bob, "createPayment", "", json!({"orderId": order_id}))
        .await;
    api.send(&bob, "showPayment", payment["id"].as_str().unwrap(), none.clone())
        .await;
    server.deliver().await;
    api.send(&bob, "refundOrder", order_id, none.clone()).await;
    server.deliver().await;

    let fields = json!({"ticketId": ticket_id, "ticketVersion": null});
    let order = api.send(&bob, "createOrder", "", fields).await;
    api.send(&bob, "cancelOrder", order["id"].as_str().unwrap(), none.clone())
        .await;

    let response = api.request(&bob, "currentUser", "", none.clone()).await;
    let answer: Value = response.json().await.unwrap();
    let examples = shown(success(api.operation("currentUser")).1);
    assert!(examples.iter().any(|example| shape(example) == shape(&answer)));
    let nobody = reqwest::get(server.url("/api/users/currentuser")).await.unwrap();
    let nobody: Value = nobody.json().await.unwrap();
    assert!(examples.contains(&&nobody));
    api.send(&bob, "signOut", "", none).await;
    api.server.finish().await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of every refusal")]
async fn refusals_match_the_document() {
    let api = Api::start().await;
    let server = &api.server;
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let none = json!({});
    api.send(&ada, "signUp", "", none.clone()).await;
    for (id, fields, reason) in [
        ("signUp", json!({"email": "ada"}), (400, "EmailInvalid")),
        ("signUp", json!({"password": "short"}), (400, "PasswordLength")),
        (
            "signUp",
            json!({"password": "password1"}),
            (400, "PasswordCommon"),
        ),
        ("signUp", none.clone(), (400, "EmailInUse")),
        ("signIn", json!({"email": "ada"}), (400, "EmailInvalid")),
        ("signIn", json!({"password": ""}), (400, "PasswordMissing")),
        (
            "signIn",
            json!({"password": "another horse"}),
            (400, "InvalidCredentials"),
        ),
        ("createTicket", json!({"title": " "}), (400, "TitleMissing")),
        (
            "createTicket",
            json!({"title": "t".repeat(201)}),
            (400, "TitleTooLong"),
        ),
        ("createTicket", json!({"price": 0}), (400, "PriceTooLow")),
        ("createTicket", json!({"price": 1_000_000}), (400, "PriceTooHigh")),
        (
            "createTicket",
            json!({"price": "1.234"}),
            (400, "PriceTooPrecise"),
        ),
        (
            "createTicket",
            json!({"refundHours": 721}),
            (400, "RefundWindowInvalid"),
        ),
        ("createOrder", json!({"ticketId": "1"}), (400, "TicketIdMissing")),
        (
            "createOrder",
            json!({"ticketVersion": -1}),
            (400, "TicketVersionInvalid"),
        ),
        ("createOrder", none.clone(), (404, "NotFound")),
        ("createPayment", json!({"orderId": 5}), (400, "OrderIdMissing")),
        ("createPayment", json!({"token": ""}), (400, "TokenMissing")),
        ("createPayment", none.clone(), (404, "NotFound")),
        ("receiveWebhook", none.clone(), (400, "SignatureInvalid")),
    ] {
        api.refused(&ada, id, "", fields, reason).await;
    }

    let listed = |ticket: Value| ticket["id"].as_str().unwrap().to_owned();
    let ticket = listed(api.send(&ada, "createTicket", "", none.clone()).await);
    api.refused(&bob, "editTicket", &ticket, none.clone(), (401, "NotAuthorized"))
        .await;
    server.deliver().await;
    let wanted = json!({"ticketId": ticket});
    api.refused(&ada, "createOrder", "", wanted.clone(), (403, "OwnTicket"))
        .await;
    api.send(&ada, "editTicket", &ticket, none.clone()).await;
    server.deliver().await;
    api.refused(&bob, "createOrder", "", wanted, (400, "OfferChanged"))
        .await;
    let wanted = json!({"ticketId": ticket, "ticketVersion": 1});
    let order = api.send(&bob, "createOrder", "", wanted.clone()).await;
    let order = order["id"].as_str().unwrap();
    let carol = server.person("carol");
    api.refused(&carol, "createOrder", "", wanted, (400, "TicketReserved"))
        .await;
    api.refused(&carol, "showOrder", order, none.clone(), (401, "NotAuthorized"))
        .await;
    api.refused(
        &bob,
        "refundOrder",
        order,
        none.clone(),
        (400, "OrderNotComplete"),
    )
    .await;
    server.deliver().await;
    api.refused(&ada, "editTicket", &ticket, none.clone(), (400, "TicketHeld"))
        .await;
    for (token, reason) in [
        ("tok_chargeDeclined", "CardDeclined"),
        ("tok_chargeDeclinedInsufficientFunds", "InsufficientFunds"),
        ("tok_authenticationRequired", "AuthenticationRequired"),
        ("tok_nobody", "UnknownCard"),
    ] {
        let fields = json!({"orderId": order, "token": token});
        api.refused(&bob, "createPayment", "", fields, (400, reason))
            .await;
    }
    api.send(&bob, "createPayment", "", json!({"orderId": order}))
        .await;
    api.refused(
        &bob,
        "createPayment",
        "",
        json!({"orderId": order}),
        (400, "OrderPaid"),
    )
    .await;
    server.deliver().await;
    api.refused(&bob, "cancelOrder", order, none.clone(), (400, "OrderComplete"))
        .await;
    api.server.finish().await;
}

fn reads_as<T: DeserializeOwned + Serialize>(value: &Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
    assert_eq!(&json!(read), value);
}

/// The documented examples are exactly what our own types serialize to.
#[tokio::test]
async fn answers_of_the_document_are_views() {
    let api = Api::start().await;
    for (id, operation) in &api.operations {
        for (status, response) in operation.described["responses"].as_object().unwrap() {
            for example in shown(response) {
                match (id.as_str(), status.starts_with('2')) {
                    (_, false) => reads_as::<ErrorEnvelope>(example),
                    ("signUp" | "signIn", _) => reads_as::<UserView>(example),
                    ("listTickets", _) => reads_as::<Vec<TicketView>>(example),
                    ("createTicket" | "editTicket" | "showTicket", _) => reads_as::<TicketView>(example),
                    ("listOrders", _) => reads_as::<Vec<OrderView>>(example),
                    ("createOrder" | "showOrder" | "refundOrder", _) => reads_as::<OrderView>(example),
                    ("showPayment", _) => reads_as::<PaymentView>(example),
                    _ => {}
                }
            }
        }
    }
    api.server.finish().await;
}
