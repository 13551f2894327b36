//! Refusals in the document: each error code with its status, message and body.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use contracts::views::ErrorEnvelope;
use contracts::{ErrorCode, FieldError};
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::example;
use crate::status_of;

const JSON: &str = "application/json";

/// The reasons for which a route refuses a request, besides those that follow from its description.
pub trait Refuses {
    /// In groups, so that routes can share some.
    const REASONS: &'static [&'static [ErrorCode]];
}

/// The refusals of a route, for the `responses(…)` of its description.
pub struct Refused<T>(PhantomData<T>);

impl<T: Refuses> IntoResponses for Refused<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = BTreeMap::new();
        for reason in T::REASONS.iter().copied().flatten() {
            add(&mut responses, *reason);
        }
        responses
    }
}

/// Adds a reason to the response of its status.
pub(super) fn add(responses: &mut BTreeMap<String, RefOr<Response>>, reason: ErrorCode) {
    let status = status_of(reason).as_u16();
    let response = responses
        .entry(status.to_string())
        .or_insert_with(|| RefOr::T(empty(status)));
    let RefOr::T(response) = response else {
        return;
    };
    if let Some(content) = response.content.get_mut(JSON)
        && let RefOr::T(content) = content
    {
        let name = name(reason);
        let example = Ref::new(format!("#/components/examples/{name}"));
        content.examples.insert(name, RefOr::Ref(example));
    }
}

/// The reasons that responses refer to, each as the example of its name.
pub(super) fn examples(responses: &BTreeMap<String, RefOr<Response>>) -> Vec<(String, RefOr<Example>)> {
    let contents = responses.values().filter_map(|response| match response {
        RefOr::T(response) => response.content.get(JSON),
        RefOr::Ref(_) => None,
    });
    let names: BTreeSet<&String> = contents
        .filter_map(|content| match content {
            RefOr::T(content) => Some(content.examples.keys()),
            RefOr::Ref(_) => None,
        })
        .flatten()
        .collect();
    let shown = ErrorCode::ALL
        .iter()
        .filter(|reason| names.contains(&name(**reason)));
    shown
        .map(|reason| (name(*reason), RefOr::T(example_of(*reason))))
        .collect()
}

fn name(reason: ErrorCode) -> String {
    format!("{reason:?}")
}

fn example_of(reason: ErrorCode) -> Example {
    ExampleBuilder::new()
        .summary(reason.message())
        .value(serde_json::to_value(envelope(reason)).ok())
        .build()
}

fn envelope(reason: ErrorCode) -> ErrorEnvelope {
    ErrorEnvelope {
        errors: vec![FieldError::from(reason)],
        ticket: (reason == ErrorCode::OfferChanged)
            .then(example::ticket)
            .flatten(),
    }
}

fn empty(status: u16) -> Response {
    let schema = Ref::from_schema_name(ErrorEnvelope::name());
    let response = ResponseBuilder::new()
        .description(meaning(status))
        .content(JSON, ContentBuilder::new().schema(Some(schema)).build());
    let waits = matches!(status, 429 | 503);
    let retry_after = HeaderBuilder::new()
        .description(Some("In how many seconds the request would be accepted."))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(1))
                .build(),
        ))
        .build();
    if waits {
        response.header("Retry-After", retry_after).build()
    } else {
        response.build()
    }
}

/// The meaning of a status under `/api`.
const fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request is malformed or cannot be fulfilled.",
        401 => "Not signed in, or it belongs to another user.",
        403 => "A cross-site request, or not allowed for this user.",
        404 => "Not found.",
        408 => "The body did not arrive in time.",
        409 => "A request with the same Idempotency-Key is still running.",
        413 => "The body is too large.",
        415 => "The body is not JSON.",
        422 => "The Idempotency-Key was used for another request.",
        429 => "A limit is reached.",
        503 => "The server is busy.",
        _ => "Something failed on the server.",
    }
}
