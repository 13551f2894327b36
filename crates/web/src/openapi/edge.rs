//! Responses that follow from the description of an operation: those of the layers and extractors in front of its handler.

use contracts::ErrorCode;
use contracts::views::ErrorEnvelope;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Header, OpenApi, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{SESSION, refusals};

/// Adds to every operation the responses that follow from its method, path, body, key and session, and the headers
/// that go with it.
pub fn complete(document: &mut OpenApi) {
    let mut schemas = vec![(ErrorEnvelope::name().into_owned(), ErrorEnvelope::schema())];
    ErrorEnvelope::schemas(&mut schemas);
    let mut examples = Vec::new();
    for (path, item) in &mut document.paths.paths {
        let has_id = path.contains('{');
        for (operation, is_safe) in operations(item) {
            for reason in reasons(operation, has_id, is_safe) {
                refusals::add(&mut operation.responses.responses, reason);
            }
            if is_keyed(operation) {
                add_replayed(operation);
            }
            examples.extend(refusals::examples(&operation.responses.responses));
        }
    }
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schemas);
    components.examples.extend(examples);
}

/// The operations of a path, and whether each is safe to come from another site.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    [
        (item.get.as_mut(), true),
        (item.post.as_mut(), false),
        (item.put.as_mut(), false),
        (item.delete.as_mut(), false),
    ]
    .into_iter()
    .filter_map(|(operation, is_safe)| Some((operation?, is_safe)))
}

fn reasons(operation: &Operation, has_id: bool, is_safe: bool) -> Vec<ErrorCode> {
    use ErrorCode::{
        BodyMalformed, BodyTooLarge, BodyTooSlow, Busy, ContentTypeUnsupported, CrossSite,
        IdempotencyKeyInUse, IdempotencyKeyMalformed, IdempotencyKeyReused, Internal, NotAuthorized,
        NotFound, QueryMalformed, RequestMalformed,
    };
    let is_keyed = is_keyed(operation);
    let has_json = has_json(operation);
    let reads_body = operation.request_body.is_some() || is_keyed;
    let groups: [(bool, &[ErrorCode]); 7] = [
        (true, &[RequestMalformed, QueryMalformed, Internal, Busy]),
        (!is_safe, &[CrossSite]),
        (has_json, &[BodyMalformed, ContentTypeUnsupported]),
        (reads_body, &[BodyTooLarge, BodyTooSlow]),
        (
            is_keyed,
            &[IdempotencyKeyMalformed, IdempotencyKeyInUse, IdempotencyKeyReused],
        ),
        (needs_session(operation), &[NotAuthorized]),
        (has_id, &[NotFound]),
    ];
    let applying = groups.into_iter().filter(|(applies, _)| *applies);
    applying.flat_map(|(_, reasons)| reasons).copied().collect()
}

fn is_keyed(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| {
        matches!(parameter, RefOr::T(parameter)
            if parameter.parameter_in == ParameterIn::Header && parameter.name == "Idempotency-Key")
    })
}

fn has_json(operation: &Operation) -> bool {
    matches!(&operation.request_body, Some(RefOr::T(body)) if body.content.contains_key("application/json"))
}

/// Whether it requires a signed-in user.
fn needs_session(operation: &Operation) -> bool {
    let session = SecurityRequirement::new(SESSION, [""; 0]);
    operation.security.as_deref() == Some(&[session])
}

/// A recorded reply is marked as replayed. Refusals are recorded only for users who are known before the operation.
fn add_replayed(operation: &mut Operation) {
    let stores_refusals = needs_session(operation);
    for (status, response) in &mut operation.responses.responses {
        let is_stored =
            status.starts_with('2') || (stores_refusals && matches!(status.as_str(), "400" | "403"));
        if let (true, RefOr::T(response)) = (is_stored, response) {
            let name = "Idempotency-Replayed".to_owned();
            response.headers.insert(name, RefOr::T(replayed()));
        }
    }
}

fn replayed() -> Header {
    HeaderBuilder::new()
        .description(Some(
            "`true` if this is the recorded reply to a request that was executed before.",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(["true"]))
                .build(),
        ))
        .build()
}
