//! The responses under `/api` without a route.

use crate::ApiError;

/// For `Router::fallback`, or a catch-all route: the path does not exist.
pub async fn api_not_found() -> ApiError {
    ApiError::not_found()
}

/// For `Router::method_not_allowed_fallback`: the path exists, the method does not. The `Allow` header is the router's.
pub async fn api_method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}
