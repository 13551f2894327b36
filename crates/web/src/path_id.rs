//! Ids in paths.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::ApiError;

/// The one parameter of a path, parsed as an id. An invalid id is 404, with the same body as an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(ApiError::not_found());
        };
        text.parse().map(Self).map_err(|_| ApiError::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use contracts::TicketId;
    use tower::ServiceExt;

    #[tokio::test]
    async fn invalid_id_is_404() {
        let router = Router::new().route(
            "/{id}",
            get(|PathId(id): PathId<TicketId>| async move { id.to_string() }),
        );
        let table = [
            ("/01890a5d-ac96-774b-bcce-b302099a8057", 200),
            ("/01890a5d-ac96-774b-bcce-b302099a805", 404),
            ("/1", 404),
            ("/%00", 404),
            ("/%ff%fe", 404),
            ("/..%2f..%2fetc%2fpasswd", 404),
            ("/'%20OR%201=1--", 404),
        ];
        for (path, status) in table {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
        }
    }
}
