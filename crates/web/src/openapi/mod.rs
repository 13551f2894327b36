//! The parts that all operations of the REST API share in the OpenAPI document.
//!
//! A route describes its own parts: its body, its success, and its errors ([`Refuses`]). The responses of this crate's layers and
//! extractors follow from its description, so no route has to repeat them: [`complete`].

mod edge;
pub mod example;
mod refusals;

use utoipa::IntoParams;
use utoipa::openapi::tag::TagBuilder;
use utoipa_axum::router::OpenApiRouter;

pub use edge::complete;
pub use refusals::{Refused, Refuses};

use crate::api_method_not_allowed;

/// The name of the security scheme: the cookie of a session.
pub const SESSION: &str = "session";

/// The header that makes a request one that may be sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header, which is read as text")]
pub struct IdempotencyKey {
    /// Makes the request safe to retry: the same key with the same body returns the same reply.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: Option<String>,
}

/// The routes of a service as one group of the document, with the group's name (the `tag` of each route) and description. An
/// unsupported method gets the envelope.
pub fn group<S: Clone + Send + Sync + 'static>(
    name: &str,
    description: &str,
    router: OpenApiRouter<S>,
) -> OpenApiRouter<S> {
    let (routes, mut document) = router.split_for_parts();
    let tag = TagBuilder::new().name(name).description(Some(description));
    document.tags = Some(vec![tag.build()]);
    let mut router = OpenApiRouter::from(routes.method_not_allowed_fallback(api_method_not_allowed));
    *router.get_openapi_mut() = document;
    router
}
