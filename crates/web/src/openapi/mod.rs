//! The parts that all operations of the REST API share in the OpenAPI document.
//!
//! A route describes its own parts: its body, its success, and its errors ([`Refuses`]). The responses of this crate's layers and
//! extractors follow from its description, so no route has to repeat them: [`complete`].

mod edge;
pub mod example;
mod refusals;

use utoipa::IntoParams;
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

/// Adds a fallback to routes that returns the envelope for unsupported methods.
pub fn with_method_not_allowed<S: Clone + Send + Sync + 'static>(
    router: OpenApiRouter<S>,
) -> OpenApiRouter<S> {
    let (routes, document) = router.split_for_parts();
    let mut router = OpenApiRouter::from(routes.method_not_allowed_fallback(api_method_not_allowed));
    *router.get_openapi_mut() = document;
    router
}
